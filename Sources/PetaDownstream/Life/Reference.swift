internal import Synchronization

/// Leads from a handle to the actor behind it, which is made after it and may be gone before it.
final class Reference: @unchecked Sendable {  // `server` is set once, before anybody else sees this.
    private weak var server: ManagedServer?

    func set(_ server: ManagedServer) { self.server = server }

    var wakeUp: @Sendable () async throws -> Void {
        {
            guard let server = self.server else { throw DownstreamFailure.notSent("the server was changed or removed") }
            try await server.online(byHand: false)
        }
    }

    var rootsChanged: @Sendable () -> Void {
        { Task { await self.server?.rootsChanged() } }
    }

    var relist: @Sendable () async -> Void {
        { await self.server?.relist() }
    }

    var learned: @Sendable () -> Void {
        { Task { await self.server?.learnedAsking() } }
    }

    var suspect: @Sendable () -> Void {
        { Task { await self.server?.checkHealth() } }
    }
}
