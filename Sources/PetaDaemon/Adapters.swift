internal import PetaApprovals
internal import PetaCrypto
internal import PetaDownstream
internal import PetaVault

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
        return ExpandedTemplates(texts: texts, redaction: redactor.isEmpty ? nil : VaultRedaction(redactor: redactor))
    }
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
