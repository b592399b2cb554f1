internal import Foundation
internal import PetaAdmin
internal import PetaAdminAPI
internal import Synchronization

/// The settings that are in force, and how others take their place while the gateway runs: all of them, or none.
///
/// Each part that can take new values gives a `Step`: it looks at the new settings, throws where it cannot use them, and returns what puts
/// them into force. Nothing is put into force before every step has looked.
final class Configuration: Sendable {
    /// Prepares what a part makes of new settings; what it returns cannot fail. A word that it gives says what changed beside the settings.
    typealias Step = @Sendable (ServeSettings) throws -> @Sendable () async -> Bool

    private struct State {
        var inForce: ServeSettings
        var readAt: Timestamp
        var waiting: [SettingChange] = []
        /// Why the last reading came to nothing.
        var failure: String?
    }

    private let state: Mutex<State>
    private let steps: [Step]
    private let turn = Turn()

    init(_ settings: ServeSettings, steps: [Step]) {
        state = Mutex(State(inForce: settings, readAt: Timestamp(Date())))
        self.steps = steps
    }

    /// The settings that are in force. Takes a lock for some nanoseconds.
    var inForce: ServeSettings { state.withLock { $0.inForce } }

    /// What an operator should know of it, for `peta status`.
    var problems: [String] {
        let state = state.withLock { $0 }
        var problems: [String] = []
        if let failure = state.failure { problems.append("the configuration could not be read again, the old values stay: \(failure)") }
        if !state.waiting.isEmpty {
            problems.append("waits for a restart of the gateway: \(state.waiting.map(\.key).joined(separator: ", "))")
        }
        return problems
    }

    /// Reads the configuration again, and puts it into force. Throws an `AdminError` that names file and line; then nothing has changed.
    func reload() async throws -> ConfigReload {
        try await turn.take { try await self.reloadNow() }
    }

    private func reloadNow() async throws -> ConfigReload {
        let running = inForce
        let read: ReloadedSettings
        var commits: [@Sendable () async -> Bool] = []
        do {
            guard let reload = running.reload else { throw AdminError(.failed, "this gateway has no configuration to read again") }
            read = try reload(running)
            for step in steps { commits.append(try step(read.next)) }
        } catch {
            let message = (error as? AdminError)?.message ?? "\(error)"
            state.withLock { $0.failure = message }
            throw error
        }
        state.withLock { $0 = State(inForce: read.next, readAt: Timestamp(Date()), waiting: read.waiting) }
        var isCertificateNew = false
        for commit in commits where await commit() { isCertificateNew = true }
        return ConfigReload(file: read.next.configurationFile, changed: read.changed, waiting: read.waiting, certificate: isCertificateNew)
    }

    /// One reading at a time.
    private actor Turn {
        private var last: Task<ConfigReload, any Error>?

        func take(_ body: @escaping @Sendable () async throws -> ConfigReload) async throws -> ConfigReload {
            let before = last
            let next = Task {
                _ = try? await before?.value
                return try await body()
            }
            last = next
            return try await next.value
        }
    }
}

extension Configuration: ConfigOperations {
    func running() async throws -> RunningConfiguration {
        let state = state.withLock { $0 }
        var answer = RunningConfiguration(
            file: state.inForce.configurationFile, readAt: state.readAt, settings: state.inForce.entries)
        do {
            guard let read = try state.inForce.reload?(state.inForce) else { return answer }
            answer.unread = read.changed
            answer.waiting = read.waiting
        } catch {
            answer.problem = (error as? AdminError)?.message ?? "\(error)"
        }
        return answer
    }
}
