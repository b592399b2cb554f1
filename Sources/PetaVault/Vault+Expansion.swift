import PetaCrypto

extension Vault {
    /// Fills in the secrets of a template, see ``SecretTemplate``. Reads the database: not on an event loop.
    ///
    /// - Throws: ``VaultError/unknownSecret(name:)``, ``VaultError/malformedReference(position:reason:)`` or
    ///   ``VaultError/recordDamaged(record:)``; none repeats the template or a value.
    package func expand(_ template: String) throws -> Expanded {
        let template = try SecretTemplate(template)
        var values: [String: SecretBytes] = [:]
        let injected = try template.names.map { name in
            guard let value = try reveal(name) else { throw VaultError.unknownSecret(name: name) }
            values[name] = value
            return InjectedSecret(name: name, value: value)
        }
        // `values` holds every name of the template: the map above threw otherwise.
        let length = template.pieces.reduce(0) { sum, piece in
            switch piece {
            case .text(let text): sum + text.utf8.count
            case .secret(let name): sum + (values[name]?.count ?? 0)
            }
        }
        let value = SecretBytes(count: length) { out in
            var at = 0
            func append(_ bytes: UnsafeRawBufferPointer) {
                UnsafeMutableRawBufferPointer(rebasing: out[at...]).copyMemory(from: bytes)
                at += bytes.count
            }
            for piece in template.pieces {
                switch piece {
                case .text(let text): Array(text.utf8).withUnsafeBytes { append($0) }
                case .secret(let name): values[name]?.withUnsafeBytes { append($0) }
                }
            }
        }
        return Expanded(value: value, injected: injected)
    }
}
