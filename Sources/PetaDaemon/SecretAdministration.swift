internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaCrypto
internal import PetaDownstream
internal import PetaVault

/// What administrators do with secrets.
struct SecretAdministration: SecretOperations {
    let vault: Vault
    let servers: Servers
    let configuration: Configuration

    func secrets() async throws -> [SecretEntry] {
        let users = await uses()
        return try await vault.secrets().map { Self.entry($0, users[$0.name] ?? []) }
    }

    func secret(_ name: String) async throws -> SecretEntry? {
        guard let info = try await vault.secret(name) else { return nil }
        return Self.entry(info, try await usedBy(name))
    }

    func set(_ name: String, value: SecretBytes) async throws -> SecretEntry {
        let info = try await vault.setSecret(name, value: value)
        return Self.entry(info, try await usedBy(name))
    }

    func remove(_ name: String) async throws -> Bool { try await vault.removeSecret(name) }

    func reveal(_ name: String) async throws -> SecretBytes? { try vault.reveal(name) }

    func usedBy(_ name: String) async throws -> [String] { await uses()[name] ?? [] }

    /// For each secret, the servers whose definition names it, and the settings that do.
    private func uses() async -> [String: [String]] {
        var found: [String: [String]] = [:]
        for id in await servers.ids() {
            guard let report = await servers.report(id) else { continue }
            for name in Set(report.definition.templates.flatMap { secretNames(in: $0) }) { found[name, default: []].append(id) }
        }
        for (name, setting) in Self.uses(of: configuration.inForce) { found[name, default: []].append("setting \(setting)") }
        return found
    }

    /// The secrets that settings name, with the settings' keys.
    static func uses(of settings: ServeSettings) -> [(secret: String, setting: String)] {
        let templates = [
            ("metrics.token", settings.metrics.token.map { [$0] } ?? []), ("otlp.headers", settings.otlp.headers),
            ("log.webhook.headers", settings.logging.webhook.headers),
        ]
        var found = templates.flatMap { key, texts in Set(texts.flatMap { secretNames(in: $0) }).sorted().map { ($0, key) } }
        if let name = settings.audit.webhook.secret { found.append((name, "audit.webhook.secret")) }
        return found
    }

    private static func entry(_ info: SecretInfo, _ usedBy: [String]) -> SecretEntry {
        SecretEntry(
            name: info.name, version: info.version, bytes: info.bytes, createdAt: Timestamp(info.createdAt),
            updatedAt: Timestamp(info.updatedAt),
            usedBy: usedBy)
    }
}
