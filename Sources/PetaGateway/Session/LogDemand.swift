internal import NIOCore
internal import Synchronization

/// The log levels that sessions asked for. Servers are shared, so they are told the lowest of them, and each session gets what it asked for.
final class LogDemand: Sendable {
    private struct State {
        var sessions = [Int](repeating: 0, count: LogLevel.allCases.count)
        var told: LogLevel?
        /// Until when requests of the modern era, which belong to no session, count.
        var recent = [NIODeadline](repeating: .uptimeNanoseconds(0), count: LogLevel.allCases.count)
    }
    /// A request that asked for messages counts this long, so that a server is not told anew with each.
    private static let memory = TimeAmount.seconds(60)
    private static let halfMemory = TimeAmount.seconds(30)

    private let state = Mutex(State())
    private let changed: @Sendable (_ level: LogLevel) -> Void

    /// `changed` gets the level that servers shall have, in order; it must not block.
    init(_ changed: @escaping @Sendable (_ level: LogLevel) -> Void) { self.changed = changed }

    /// A session asks for a level.
    func ask(_ level: LogLevel, _ session: Session) {
        change { sessions in
            guard let before = session.ask(level) else { return }
            if let before { sessions[before.rawValue] -= 1 }
            sessions[level.rawValue] += 1
        }
    }

    /// A request of the modern era asks for a level.
    func ask(_ level: LogLevel, at now: NIODeadline) {
        let isNew = state.withLock { state in
            let until = state.recent[level.rawValue]
            // Most requests find what they want in place already.
            guard until < now + Self.halfMemory else { return false }
            state.recent[level.rawValue] = now + Self.memory
            return until < now
        }
        if isNew { settle(now) }
    }

    /// Looks what is still wanted; to be called now and then.
    func settle(_ now: NIODeadline) { change(now) { _ in } }

    /// A session has ended.
    func forget(_ session: Session) {
        change { sessions in
            if let level = session.askedLevel { sessions[level.rawValue] -= 1 }
        }
    }

    /// A session came back, with the level that it had asked for.
    func remember(_ session: Session) {
        change { sessions in
            if let level = session.askedLevel { sessions[level.rawValue] += 1 }
        }
    }

    private func change(_ now: NIODeadline = .now(), _ body: (inout [Int]) -> Void) {
        state.withLock { state in
            body(&state.sessions)
            let lowest = LogLevel.allCases.first { state.sessions[$0.rawValue] > 0 || state.recent[$0.rawValue] > now }
            // Until somebody asks, a server's own choice stands.
            guard lowest != nil || state.told != nil else { return }
            // Those who do not ask get messages from info on, whatever others ask for.
            let level = lowest.map { $0.rawValue < LogLevel.info.rawValue ? $0 : .info } ?? .info
            guard level != state.told else { return }
            state.told = level
            changed(level)
        }
    }
}
