package import NIOCore
package import NIOPosix
package import Logging
internal import Synchronization

/// What every server's connection is made with: loops, credentials, limits, clocks. Passed in, so that tests can give others.
package struct DownstreamContext: Sendable {
    /// The gateway's event loops.
    package var loops: [any EventLoop]
    /// One thread that starts all children and lives as long as the daemon.
    package var spawner: NIOThreadPool
    /// Fills secrets in.
    package var credentials: any Credentials
    /// Bounds the memory of large answers.
    package var budget: ResultBudget
    /// The largest answer, in bytes.
    package var resultLimit: Int
    /// A handshake takes at most this long.
    package var startTimeout: TimeAmount
    /// Peta's version, told to servers.
    package var software: String
    /// Environment that children get besides their own.
    package var baseEnvironment: [String: String]
    /// The log.
    package var logger: Logger
    /// Ids of requests.
    package let ids: RequestIDs

    /// All of it.
    package init(
        loops: [any EventLoop], spawner: NIOThreadPool, credentials: any Credentials, budget: ResultBudget, resultLimit: Int,
        startTimeout: TimeAmount, software: String, baseEnvironment: [String: String], logger: Logger
    ) {
        self.loops = loops
        self.spawner = spawner
        self.credentials = credentials
        self.budget = budget
        self.resultLimit = resultLimit
        self.startTimeout = startTimeout
        self.software = software
        self.baseEnvironment = baseEnvironment
        self.logger = logger
        ids = RequestIDs()
    }
}

/// Ids of requests to servers, unique while the process lives and exact in a double (below 2^53).
package final class RequestIDs: Sendable {
    private let next = Atomic<UInt64>(1)

    /// Takes a block of 4,096 ids, so that a loop rarely touches what others touch.
    package func block() -> Range<UInt64> {
        let end = next.wrappingAdd(4096, ordering: .relaxed).newValue
        return end - 4096..<end
    }

    /// One id.
    package func one() -> UInt64 { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
