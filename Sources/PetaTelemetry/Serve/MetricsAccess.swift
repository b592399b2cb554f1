package import PetaCrypto

/// Who may read metrics on one address.
package struct MetricsAccess: Sendable {
    /// The token that has to come with the request; nil: none is asked for. Throws where it cannot be had, as while the vault is sealed.
    package typealias Token = @Sendable () throws -> SecretBytes

    private let token: Token?
    private let isLoopback: Bool

    /// - Parameter isLoopback: the address is one that only this machine reaches. Then the name in `Host` has to be one of this machine too:
    ///   else a page in a browser could lead a name of its own here and read along.
    package init(token: Token?, isLoopback: Bool) {
        self.token = token
        self.isLoopback = isLoopback
    }

    package enum Verdict: Sendable, Equatable {
        case allowed, unauthorized, forbidden
        /// The token is not to be had now.
        case unavailable
    }

    package func judge(authorization: [String], host: [String]) -> Verdict {
        if isLoopback {
            guard host.count == 1, Self.isLocal(host[0]) else { return .forbidden }
        }
        guard let token else { return .allowed }
        guard let secret = try? token() else { return .unavailable }
        guard authorization.count == 1, let given = Self.bearer(authorization[0]) else { return .unauthorized }
        let isRight = secret.withUnsafeBytes { mine in
            Array(given.utf8).withUnsafeBytes { !mine.isEmpty && constantTimeEquals(mine, $0) }
        }
        return isRight ? .allowed : .unauthorized
    }

    /// `Bearer` in any case, blanks, the token (RFC 6750, section 2.1).
    private static func bearer(_ value: String) -> Substring? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].drop { $0 == " " }
    }

    private static func isLocal(_ host: String) -> Bool {
        let name: Substring
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            name = host[...end]
        } else {
            name = host.prefix { $0 != ":" }
        }
        return ["127.0.0.1", "[::1]", "localhost"].contains(name.lowercased())
    }
}
