import Foundation
import PetaCrypto

/// New tokens with their ids.
enum TokenMaker {
    static func make(
        user: String, name: String, createdAt: Date, expiresAt: Date?, servers: Set<String>?, tools: [String: Set<String>]? = nil,
        rate: RateLimit? = nil
    ) -> NewToken {
        let token = TokenFormat.make()
        let id = "tok_" + Random.bytes(6).map { hex($0 >> 4) + hex($0 & 15) }.joined()
        return NewToken(
            info: AccessToken(
                id: id, user: user, name: name, createdAt: createdAt, expiresAt: expiresAt, servers: servers, tools: tools,
                lastUsedAt: nil, digest: token.withUnsafeBytes { SHA256.hash($0) }, rate: rate),
            token: token)
    }

    private static func hex(_ nibble: UInt8) -> String { String(nibble, radix: 16) }
}
