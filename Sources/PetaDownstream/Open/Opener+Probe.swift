internal import NIOCore
internal import PetaWire

extension Opener {
    /// A server that knows nothing of the modern era may not answer at all; it is waited for so long.
    static let probeTimeout = TimeAmount.seconds(3)

    /// A question that has been asked: what came of it, and the exchange, which may still be answered late.
    struct Probe {
        let outcome: EraProbe.Outcome
        let exchange: PromiseExchange
    }

    /// Asks `server/discover`. A late answer does no harm.
    func ask(over link: any Link) async throws -> Probe {
        let exchange = requests.exchange("server/discover", nil, era: .modern(Envelope.revision))
        // Who is known to be modern, or has to be, is given the time of a start.
        let patient = definition.mcpProtocol == .modern || verdict?.isModern == true
        let timeout = patient ? context.startTimeout : min(Self.probeTimeout, context.startTimeout)
        do {
            let bytes = try await exchange.run(over: link, timeout: timeout, keepsWaiting: definition.kind == .stdio)
            guard let message = try? requests.read(bytes) else { return Probe(outcome: .garbled, exchange: exchange) }
            return Probe(outcome: .answered(status: exchange.status, message), exchange: exchange)
        } catch let failure as DownstreamFailure {
            return Probe(outcome: try outcome(failure, exchange.status, link), exchange: exchange)
        }
    }

    private func outcome(_ failure: DownstreamFailure, _ status: Int?, _ link: any Link) throws -> EraProbe.Outcome {
        switch failure {
        case .stopping, .cancelled: throw failure
        case .timeout: return .silent
        case .lost(let why), .notSent(let why):
            if let link = link as? StdioLink { return .ended(why, hasRead: link.isRead) }
            return status.map { .unusable(status: $0) } ?? .unreachable(failure)
        case .badAnswer, .tooLarge:
            return status.map { .unusable(status: $0) } ?? (definition.kind == .stdio ? .garbled : .unreachable(failure))
        case .busy: return .unreachable(failure)
        }
    }

    /// What a server said of itself after it had been given up: one that starts slowly is modern all the same.
    func late(_ exchange: PromiseExchange?) async -> Handshake.Outcome? {
        guard let bytes = await exchange?.lateAnswer(), let message = try? requests.read(bytes) else { return nil }
        var probe = EraProbe(choice: .modern)
        if case .modern(let found) = probe.next(.answered(status: nil, message)) { return found }
        return nil
    }
}
