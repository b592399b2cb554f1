internal import Logging
internal import NIOCore
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaGateway
internal import PetaOutbound
internal import PetaTelemetry
internal import PetaVault
internal import ServiceLifecycle

/// What the gateway counts for and tells other systems: made before the gateway, since that counts into it.
struct Telemetry: Sendable {
    let spans: DeliveryQueue<Span>?
    let spanHealth = DeliveryHealth()
    let approvals = ApprovalTally()
    let gateway: GatewayTelemetry

    /// Spans that wait at most.
    private static let spanLimit = 8192

    init(_ settings: ServeSettings) {
        spans = settings.otlp.endpoint == nil ? nil : DeliveryQueue(limit: Self.spanLimit)
        var gateway = GatewayTelemetry()
        gateway.slots = ServerSlots(limit: settings.metrics.servers)
        gateway.spans = spans
        gateway.ratio = SampleRatio(settings.otlp.ratio)
        gateway.propagation =
            switch settings.trace.propagate {
            case .off: .off
            case .received: .received
            case .always: .always
            }
        self.gateway = gateway
    }

    /// What has to run beside the gateway. Throws an operator's error for a URL or a header field that cannot be used.
    func services(
        _ settings: ServeSettings, _ levels: LogLevels, vault: Vault, approvals log: Approvals, group: any EventLoopGroup, instance: String,
        version: String
    ) throws -> [any Service] {
        let logger = levels.logger("peta.telemetry")
        let client = OutboundClient(group: group, agent: "peta/\(version)")
        var services: [any Service] = [ApprovalCounting(bell: log.bell, tally: approvals)]
        if let spans, let endpoint = settings.otlp.endpoint {
            let place = try OutboundPlace(
                Self.traces(endpoint), headers: settings.otlp.headers, vault: vault, setting: "otlp.endpoint")
            services.append(
                Shipping(
                    spans, spanHealth, to: place, client, document: SpanDocument(version: version, instance: instance), logger: logger))
        }
        if let feed = levels.webhook, let url = settings.logging.webhook.url {
            let place = try OutboundPlace(url, headers: settings.logging.webhook.headers, vault: vault, setting: "log.webhook.url")
            services.append(Shipping(feed, to: place, client, version: version, instance: instance, logger: logger))
        }
        return services
    }

    /// The place for traces below a collector's base URL, as OTEL_EXPORTER_OTLP_ENDPOINT is read.
    static func traces(_ endpoint: String) -> String {
        let path = "/v1/traces"
        guard !endpoint.contains("?"), !endpoint.hasSuffix(path) else { return endpoint }
        return (endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) + path
    }

    /// What is wrong right now, in plain words.
    func problems(_ settings: ServeSettings, _ levels: LogLevels) -> [String] {
        var problems: [String] = []
        if let failure = spanHealth.failure { problems.append("spans cannot be delivered to otlp.endpoint: \(failure)") }
        if let failure = levels.webhook?.health.failure {
            problems.append("lines of the log cannot be delivered to log.webhook.url: \(failure)")
        }
        return problems
    }
}

/// Counts what happens to requests for approval.
private struct ApprovalCounting: Service {
    let bell: ApprovalBell
    let tally: ApprovalTally

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // The bell lets go of who falls behind; whoever only counts comes back.
            while !Task.isCancelled {
                for await told in bell.follow() {
                    guard case .news(let news, let approval) = told else { continue }
                    count(news, approval)
                }
            }
        }
    }

    private func count(_ news: Approval.News, _ approval: Approval) {
        switch news {
        case .created: tally.count(.created)
        case .decided:
            let waited = approval.decision.map { ($0.at - approval.createdAt) * 1000 }
            tally.count(approval.decision?.approves == true ? .approved : .rejected, waited: waited)
        case .expired: tally.count(.expired)
        case .executed: tally.count(.executed)
        case .failed: tally.count(.failed)
        case .vote, .executing, .released: break
        }
    }
}
