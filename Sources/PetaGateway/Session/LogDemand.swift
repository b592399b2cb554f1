internal import Synchronization

/// The log levels that sessions asked for. Servers are shared, so they are told the lowest of them, and each session gets what it asked for.
final class LogDemand: Sendable {
    private struct State {
        var sessions = [Int](repeating: 0, count: LogLevel.allCases.count)
        var told: LogLevel?
        var generation = 0
    }

    private let state = Mutex(State())
    private let changed: @Sendable (_ level: LogLevel, _ generation: Int) -> Void

    /// `changed` gets the level that servers shall have, and a number that grows with each change.
    init(_ changed: @escaping @Sendable (_ level: LogLevel, _ generation: Int) -> Void) { self.changed = changed }

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
            if let level = session.forgetLevel() { sessions[level.rawValue] -= 1 }
        }
    }

    private func change(_ body: (inout [Int]) -> Void) {
        let news: (LogLevel, Int)? = state.withLock { state in
            body(&state.sessions)
            let lowest = state.sessions.firstIndex { $0 > 0 }.flatMap(LogLevel.init(rawValue:))
            // Until somebody asks, a server's own choice stands; afterwards those who do not ask get what they get by default.
            guard let level = lowest ?? (state.told == nil ? nil : .info), level != state.told else { return nil }
            state.told = level
            state.generation += 1
            return (level, state.generation)
        }
        if let (level, generation) = news { changed(level, generation) }
    }
}
