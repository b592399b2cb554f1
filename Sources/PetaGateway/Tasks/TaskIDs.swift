package import PetaCrypto

/// Ids of tasks as clients get them (MCP reference, section 10.1): a sealed token of where the task lies, bound to the user that it belongs
/// to, so that nothing has to be remembered of a task. An id that another user was given does not open.
///
/// One task of one user has one id, again after a restart: the nonce is made from all that is sealed and bound. They expire with the task
/// at its server.
package final class TaskIDs: Sendable {
    private let sealing: SecretBytes
    private let naming: SecretBytes
    /// The longest id of a server that is passed on, and the longest id of a client that is looked at, in bytes.
    package static let lengthLimit = 1024
    private static let tokenLimit = 2048
    private static let mark = "t1."

    /// - Parameter key: 32 bytes that are used for nothing else; nil where ids need not outlive the process.
    package init(key: SecretBytes?) {
        let root = key ?? SecretBytes.random(count: AEAD.keyLength)
        // Two keys from one: fails only for an empty root.
        sealing = (try? KDF.hkdf(root, info: "peta/task/seal", count: AEAD.keyLength)) ?? SecretBytes.random(count: AEAD.keyLength)
        naming = (try? KDF.hkdf(root, info: "peta/task/nonce", count: AEAD.keyLength)) ?? SecretBytes.random(count: AEAD.keyLength)
    }

    /// The id by which this user's clients know a task; nil for one that cannot be passed on.
    package func wrap(_ task: TaskReference, user: String) -> String? {
        guard !task.id.isEmpty, task.id.utf8.count <= Self.lengthLimit else { return nil }
        let server = Array(task.server.utf8)
        guard server.count <= 255 else { return nil }
        let plain = [task.isDedicated ? 1 : 0, UInt8(server.count)] + server + Array(task.id.utf8)
        let associated = Self.associated(user)
        let mac = HMACSHA256(key: naming)
        // The user's part says its own length, so that no other two give the same bytes.
        let digest = associated.withUnsafeBytes { bound in plain.withUnsafeBytes { mac.authenticate([bound, $0]) } }
        let nonce = digest.withUnsafeBytes { Array($0.prefix(AEAD.nonceLength)) }
        guard let sealed = plain.withUnsafeBytes({ try? AEAD.seal($0, key: sealing, nonce: nonce, associated: associated) }) else {
            return nil
        }
        return Self.mark + Base64URL.encode(sealed)
    }

    /// What an id of this user's stands for. Nil: forged, or another user's.
    package func open(_ text: String, user: String) -> TaskReference? {
        guard text.hasPrefix(Self.mark), text.utf8.count <= Self.tokenLimit,
            let sealed = Base64URL.decode(text.dropFirst(Self.mark.count)),
            let plain = sealed.withUnsafeBytes({ try? AEAD.openPlain($0, key: sealing, associated: Self.associated(user)) }),
            plain.count > 2, plain.count > 2 + Int(plain[1])
        else { return nil }
        let split = 2 + Int(plain[1])
        return TaskReference(
            server: String(decoding: plain[2..<split], as: UTF8.self), id: String(decoding: plain[split...], as: UTF8.self),
            isDedicated: plain[0] == 1)
    }

    private static func associated(_ user: String) -> [UInt8] { Array("peta/task/1/\(user.utf8.count)/\(user)".utf8) }
}
