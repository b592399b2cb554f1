internal import PetaApprovals
internal import PetaCrypto
internal import PetaDownstream
internal import PetaVault
internal import PetaWire

/// The vault's side of `PetaDownstream`: fills secrets in, and makes what cuts them out again.
struct VaultCredentials: Credentials {
    let vault: Vault

    func expand(_ templates: [String]) throws -> ExpandedTemplates {
        var texts: [String] = []
        var injected: [InjectedSecret] = []
        for template in templates {
            let expanded = try vault.expand(template)
            texts.append(expanded.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
            for secret in expanded.injected where !injected.contains(where: { $0.name == secret.name }) { injected.append(secret) }
        }
        let redactor = Redactor(injected)
        return ExpandedTemplates(
            texts: texts, redaction: redactor.isEmpty ? nil : VaultRedaction(redactor: redactor), names: Self.names(injected))
    }

    /// Names for the audit, as a JSON array; the first so many.
    private static func names(_ injected: [InjectedSecret]) -> String? {
        guard !injected.isEmpty else { return nil }
        let names = injected.map(\.name).sorted()
        var shown = names.prefix(nameLimit).map(JSON.string)
        if names.count > nameLimit { shown.append(.string("… [\(names.count - nameLimit) more]")) }
        return String(decoding: JSON.array(shown).bytes, as: UTF8.self)
    }

    private static let nameLimit = 16
}

private struct VaultRedaction: Redaction {
    let redactor: Redactor

    func redact(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? { redactor.redact(bytes) }
}

/// The vault's side of the servers' store.
struct VaultSealer: DefinitionSealer {
    let vault: Vault

    func seal(_ plain: [UInt8], record: String, version: Int) throws -> [UInt8] {
        try vault.seal(plain, record: record, version: version)
    }

    func open(_ sealed: [UInt8], record: String, version: Int) throws -> [UInt8] {
        try vault.open(sealed, record: record, version: version).withUnsafeBytes { Array($0) }
    }
}

/// The vault's side of the approvals' store.
struct VaultApprovalSealer: ApprovalSealer {
    let vault: Vault

    func seal(_ plain: [UInt8], record: String) throws -> [UInt8] { try vault.seal(plain, record: record, version: 1) }

    func open(_ sealed: [UInt8], record: String) throws -> [UInt8] {
        try vault.open(sealed, record: record, version: 1).withUnsafeBytes { Array($0) }
    }
}
