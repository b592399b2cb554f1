/// A configured text with references to secrets: `${secret:NAME}` anywhere, any number of times.
///
/// `$${` stands for a literal `${`. Any other `${`, as in a shell's `${HOME}`, is text: only what begins with `${secret:`
/// is ours, and then it must be well-formed.
package struct SecretTemplate: Sendable, Equatable {
    /// A stretch of the text.
    package enum Piece: Sendable, Equatable {
        /// Stays as it is.
        case text(String)
        /// Is replaced by the secret of this name.
        case secret(String)
    }

    /// The text in order.
    package let pieces: [Piece]

    /// Reads a template.
    ///
    /// - Throws: ``VaultError/malformedReference(position:reason:)``, which does not repeat the text.
    package init(_ text: String) throws(VaultError) {
        pieces = try Self.pieces(Array(text.utf8), malformed: nil)
    }

    /// The names, each once, in the order of first use.
    package var names: [String] {
        Self.names(pieces)
    }

    static let reference = Array("${secret:".utf8)

    static func names(_ pieces: [Piece]) -> [String] {
        var seen: Set<String> = []
        return pieces.compactMap { piece in
            guard case .secret(let name) = piece, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// - Parameter malformed: called for a malformed reference, which is then text; without it, the reference is an error.
    static func pieces(_ bytes: [UInt8], malformed: (() -> Void)?) throws(VaultError) -> [Piece] {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var at = 0
        func flush() {
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            text.removeAll()
        }
        while at < bytes.count {
            let rest = bytes[at...]
            if rest.starts(with: [36, 36, 123]) {  // $${
                text += [36, 123]
                at += 3
            } else if rest.starts(with: reference) {
                let start = at + reference.count
                let end = bytes[start...].firstIndex(of: 125)  // }
                let name = end.map { String(decoding: bytes[start..<$0], as: UTF8.self) }
                if let end, let name, Vault.isValidSecretName(name) {
                    flush()
                    pieces.append(.secret(name))
                    at = end + 1
                } else if let malformed {
                    malformed()
                    text += reference
                    at = start
                } else {
                    let reason = end == nil ? "the closing } is missing" : "what follows secret: is not the name of a secret"
                    throw .malformedReference(position: at + 1, reason: reason)
                }
            } else {
                text.append(bytes[at])
                at += 1
            }
        }
        flush()
        return pieces
    }
}

/// The names that a template refers to, each once, in the order of first use. Malformed references are passed over.
package func secretNames(in template: String) -> [String] {
    let pieces = try? SecretTemplate.pieces(Array(template.utf8)) {}
    return SecretTemplate.names(pieces ?? [])
}
