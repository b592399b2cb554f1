import Synchronization

/// Which servers have series of their own: the first so many that were called since the start. All others share one, so that the number of
/// series does not depend on how often servers are added and removed.
package final class ServerSlots: Sendable {
    /// Calls of servers beyond the limit, and of no server at all. No server can have these ids.
    package static let other = "_other"
    package static let none = "_none"

    private let limit: Int
    private let names = Mutex<[String]>([none, other])

    /// - Parameter limit: servers that are told apart; 0: none is named.
    package init(limit: Int) { self.limit = limit }

    /// The number of a server's series.
    package func slot(of server: String) -> Int {
        names.withLock { names in
            if let known = names.firstIndex(of: server) { return known }
            guard names.count - 2 < limit else { return 1 }
            names.append(server)
            return names.count - 1
        }
    }

    /// The servers by their numbers.
    package var all: [String] { names.withLock { $0 } }
}
