package import PetaAdminAPI
import Synchronization

/// What the admin protocol serves at this moment: everything, or, while the vault is sealed, what says so and what ends it.
///
/// The server stays when the vault is sealed; requests and streams that need what is gone then do not.
package final class AdminStage: Sendable {
    private struct State {
        var parts: AdminParts?
        var underWay = 0
        var streams: [Int: StreamTask] = [:]
        var next = 0
    }

    private let state: Mutex<State>
    /// Tells how the gateway is while it is sealed.
    let sealedStatus: any StatusSource

    /// Sealed, unless there are parts.
    package init(sealedStatus: any StatusSource, parts: AdminParts? = nil) {
        self.sealedStatus = sealedStatus
        state = Mutex(State(parts: parts))
    }

    /// Serves everything from now on.
    package func open(_ parts: AdminParts) { state.withLock { $0.parts = parts } }

    /// Refuses from now on what the vault is needed for.
    package func seal() { state.withLock { $0.parts = nil } }

    /// Ends the streams, and returns when no request is under way any more that began before, or the time is over.
    package func settle(within time: Duration) async {
        state.withLock { state in
            for stream in state.streams.values { stream.cancel() }
        }
        let deadline = ContinuousClock.now + time
        while ContinuousClock.now < deadline, state.withLock({ $0.underWay > 0 || !$0.streams.isEmpty }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Everything; nil while the vault is sealed.
    var parts: AdminParts? { state.withLock { $0.parts } }

    /// Runs a request that needs everything. Throws ``sealed`` while there is not.
    func use<Answer: Sendable>(_ body: (AdminParts) async throws -> Answer) async throws -> Answer {
        let parts = try state.withLock { state throws(AdminError) in
            guard let parts = state.parts else { throw Self.sealed }
            state.underWay += 1
            return parts
        }
        defer { state.withLock { $0.underWay -= 1 } }
        return try await body(parts)
    }

    /// Runs a stream that ends when the vault is sealed. False: it was sealed before, and nothing was run.
    func stream(_ body: () async throws -> Void) async throws -> Bool {
        let id = state.withLock { state -> Int? in
            guard state.parts != nil else { return nil }
            state.next += 1
            state.streams[state.next] = withUnsafeCurrentTask { StreamTask($0) }
            return state.next
        }
        guard let id else { return false }
        defer { state.withLock { $0.streams[id] = nil } }
        try await body()
        return true
    }

    /// What is answered to a request that the vault is needed for.
    package static let sealed = AdminError(.sealed, "the gateway is sealed", hint: "Unseal it with 'peta vault unseal'.")

    /// The task of a stream, which is in the table for as long as it runs and no longer: so it may be cancelled from outside.
    private struct StreamTask: @unchecked Sendable {
        private let task: UnsafeCurrentTask?

        init(_ task: UnsafeCurrentTask?) { self.task = task }

        func cancel() { task?.cancel() }
    }
}
