internal import Synchronization

/// The log levels that sessions asked for. Servers are shared, so they are told the lowest of them, and each session gets what it asked for.
final class LogDemand: Sendable {
    private struct State {
        var sessions = [Int](repeating: 0, count: LogLevel.allCases.count)
        var told: LogLevel?
    }

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

    private func change(_ body: (inout [Int]) -> Void) {
        state.withLock { state in
            body(&state.sessions)
            let lowest = state.sessions.firstIndex { $0 > 0 }.flatMap(LogLevel.init(rawValue:))
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
