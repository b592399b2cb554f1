internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// Tells systemd at half the interval of `WatchdogSec=` that the gateway moves (sd_watchdog_enabled(3)). It does so only when every event
/// loop has answered: one that stands still is a reason to be started anew. A slow disk is none; `peta status` tells of that.
struct Watchdog: Service {
    let group: MultiThreadedEventLoopGroup
    private let interval: Duration?
    private let environment: [String: String]

    init(group: MultiThreadedEventLoopGroup, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.group = group
        self.environment = environment
        interval = Self.interval(environment)
    }

    /// Half of what systemd waits; nil where it does not watch, or watches another process.
    static func interval(_ environment: [String: String]) -> Duration? {
        if let pid = environment["WATCHDOG_PID"], pid != String(getpid()) { return nil }
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 1 else { return nil }
        return .microseconds(microseconds / 2)
    }

    func run() async throws {
        guard let interval else {
            try? await gracefulShutdown()
            return
        }
        // It goes on while calls are drained: the group stops it last.
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for loop in group.makeIterator() { try? await loop.submit {}.get() }
                Readiness.notify("WATCHDOG=1", environment: environment)
                try? await Task.sleep(for: interval)
            }
        }
    }
}
