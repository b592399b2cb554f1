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
    private static let tokenLimit = 2400
    private static let toolLimit = 256
    private static let mark = "t1."

    /// - Parameter key: 32 bytes that are used for nothing else; nil where ids need not outlive the process.
    package init(key: SecretBytes?) {
        let root = key ?? SecretBytes.random(count: AEAD.keyLength)
        // Two keys from one: fails only for an empty root.
        sealing = (try? KDF.hkdf(root, info: "peta/task/seal", count: AEAD.keyLength)) ?? SecretBytes.random(count: AEAD.keyLength)
        naming = (try? KDF.hkdf(root, info: "peta/task/nonce", count: AEAD.keyLength)) ?? SecretBytes.random(count: AEAD.keyLength)
    }

    /// The id by which this user's clients know a task; nil for one that cannot be passed on. `tool` is the one whose call it is: the right
    /// to the task is the right to that.
    package func wrap(_ task: TaskReference, tool: String? = nil, user: String) -> String? {
        guard !task.id.isEmpty, task.id.utf8.count <= Self.lengthLimit else { return nil }
        let server = Array(task.server.utf8)
        guard server.count <= 255 else { return nil }
        let named = Array((tool ?? "").utf8)
        guard named.count <= Self.toolLimit else { return nil }
        // Ids of before tools stood in them have no bit and no length of one.
        let flags: UInt8 = (task.isDedicated ? 1 : 0) | (tool == nil ? 0 : 2)
        let head = tool == nil ? [] : [UInt8(named.count >> 8), UInt8(named.count & 0xFF)] + named
        let plain = [flags, UInt8(server.count)] + server + head + Array(task.id.utf8)
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
    package func open(_ text: String, user: String) -> TaskReference? { openWithTool(text, user: user)?.task }

    /// The same with the tool whose call it is; nil where the id does not say.
    package func openWithTool(_ text: String, user: String) -> (task: TaskReference, tool: String?)? {
        guard text.hasPrefix(Self.mark), text.utf8.count <= Self.tokenLimit,
            let sealed = Base64URL.decode(text.dropFirst(Self.mark.count)),
            let plain = sealed.withUnsafeBytes({ try? AEAD.openPlain($0, key: sealing, associated: Self.associated(user)) }),
            plain.count > 2, plain.count > 2 + Int(plain[1])
        else { return nil }
        let split = 2 + Int(plain[1])
        var rest = plain[split...]
        var tool: String?
        if plain[0] & 2 != 0 {
            guard rest.count > 2 else { return nil }
            let count = Int(rest[split]) << 8 | Int(rest[split + 1])
            rest = rest.dropFirst(2)
            guard rest.count > count else { return nil }
            tool = String(decoding: rest.prefix(count), as: UTF8.self)
            rest = rest.dropFirst(count)
        }
        let task = TaskReference(
            server: String(decoding: plain[2..<split], as: UTF8.self), id: String(decoding: rest, as: UTF8.self),
            isDedicated: plain[0] & 1 != 0)
        return (task, tool)
    }

    private static func associated(_ user: String) -> [UInt8] { Array("peta/task/1/\(user.utf8.count)/\(user)".utf8) }
}
