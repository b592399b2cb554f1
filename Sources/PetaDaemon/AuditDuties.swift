internal import Foundation
internal import Logging
internal import NIOCore
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaCrypto
internal import PetaOutbound
internal import PetaVault

/// What goes on around the audit log beside its writer: limits, delivery, anchors.
struct AuditDuties: Sendable {
    let retention: AuditRetention
    /// Nil: none is configured.
    let webhook: AuditWebhook?
    let anchors: AuditAnchors

    /// Nothing goes on yet. Throws `AdminError` for settings that cannot be meant.
    init(
        _ settings: ServeSettings.Audit, log: AuditLog, vault: Vault, group: any EventLoopGroup, environment: [String: String],
        version: String, logger: Logger
    ) throws {
        var limits = AuditLimits()
        if settings.retentionDays > 0 { limits.age = Int64(settings.retentionDays) * 86_400_000_000 }
        if settings.retentionRecords > 0 { limits.records = Int64(settings.retentionRecords) }
        retention = try AuditRetention(log: log, limits: limits, logger: logger)
        let client = OutboundClient(group: group, agent: "peta/\(version)")
        let post: AuditPost = { request throws(OutboundFailure) in try await client.post(request) }
        var secret: (@Sendable () throws -> SecretBytes?)?
        if let name = settings.webhook.secret { secret = { try vault.reveal(name) } }
        if let text = settings.webhook.url {
            guard let secret else {
                throw AdminError(
                    .invalidArgument, "audit.webhook.url is set and audit.webhook.secret is not; deliveries are always signed",
                    hint: "store one with 'peta secret set NAME' and name it in audit.webhook.secret")
            }
            webhook = AuditWebhook(
                log: log,
                settings: AuditWebhookSettings(
                    url: try Self.url(text, settings, key: "audit.webhook.url"), secret: secret,
                    batchRecords: settings.webhook.batchRecords,
                    batchSeconds: settings.webhook.batchSeconds, timeoutSeconds: settings.webhook.timeoutSeconds), post: post,
                logger: logger)
        } else {
            webhook = nil
        }
        let file = settings.anchor.file.map { AnchorFile(path: $0) }
        var places: [any AnchorPlace] = []
        if let file { places.append(file) }
        if !settings.anchor.command.isEmpty { places.append(AnchorCommand(words: settings.anchor.command, environment: environment)) }
        if let text = settings.anchor.url {
            places.append(AnchorURL(url: try Self.url(text, settings, key: "audit.anchor.url"), secret: secret, post: post))
        }
        anchors = AuditAnchors(log: log, places: places, file: file, interval: .seconds(settings.anchor.seconds), logger: logger)
    }

    /// What an operator should know; empty when all is well.
    var problems: [String] { retention.problems + (webhook?.problems ?? []) + anchors.problems }

    /// Goes on until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await retention.run() }
            group.addTask { await anchors.run() }
            if let webhook { group.addTask { await webhook.run() } }
        }
    }

    /// The last thing before the log is stopped: its end is anchored where it is not yet.
    func finish() async { await anchors.put() }

    /// What is told to others in plain text stays on the machine, unless the configuration says otherwise.
    private static func url(_ text: String, _ settings: ServeSettings.Audit, key: String) throws(AdminError) -> OutboundURL {
        let url: OutboundURL
        do throws(OutboundURLProblem) { url = try OutboundURL(text) } catch {
            throw AdminError(.invalidArgument, "\(key): the URL cannot be used: \(error)")
        }
        guard url.isSecure || url.isLoopback || settings.allowHTTP else {
            throw AdminError(
                .invalidArgument, "\(key): records would go to \(url) unencrypted",
                hint: "use https, or set audit.plainHttp to true where the network is yours")
        }
        return url
    }
}
