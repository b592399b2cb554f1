import Glibc
import PetaAdminAPI

/// Keeps watching the gateway on a thread of its own, through its restarts, and hands what it tells to a descriptor.
///
/// What is not read yet waits in that descriptor's buffer, then in the gateway: nothing here grows.
final class ApprovalFeed {
    /// Readable when there is news.
    let descriptor: Int32
    private let thread: WorkThread
    private var partial: [UInt8] = []

    private static let firstPause: Int32 = 250
    private static let longestPause: Int32 = 4000

    private enum Mark {
        static let connected = UInt8(ascii: "C")
        static let event = UInt8(ascii: "E")
        static let lost = UInt8(ascii: "L")
    }

    init(socket: String, command: String) throws(AdminError) {
        let pair = try SocketPair()
        descriptor = pair.near
        let end = pair.far
        thread = try WorkThread {
            Self.watch(socket, command, end)
            close(end)
        }
    }

    /// Ends the watch and waits for that.
    func stop() {
        close(descriptor)
        thread.end(waiting: true)
    }

    /// What came; at most one buffer of it at once. Call it when the descriptor is readable.
    func read() -> [ReviewEvent] {
        guard let bytes = SocketPair.receive(descriptor) else { return [] }
        var events: [ReviewEvent] = []
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            partial += rest[..<end]
            rest = rest[(end + 1)...]
            if let event = Self.event(partial) { events.append(event) }
            partial.removeAll(keepingCapacity: true)
        }
        partial += rest
        return events
    }

    private static func event(_ line: [UInt8]) -> ReviewEvent? {
        let content = Array(line.dropFirst())
        switch line.first {
        case Mark.connected: return .connected
        case Mark.lost: return (try? AdminJSON.decode(AdminError.self, from: content)).map { .lost($0) }
        default:
            // An event that this build does not know is not a reason to see nothing.
            return (try? AdminJSON.decode(ApprovalEvent.self, from: content)).map { .told($0) }
        }
    }

    private static func watch(_ socket: String, _ command: String, _ end: Int32) {
        var pause = firstPause
        while true {
            var isConnected = false
            var failure = AdminError(.unavailable, "the gateway has ended the watch")
            do {
                try AdminClient(socket: socket, command: command).watchApprovals(watching: end) { line in
                    if !isConnected {
                        isConnected = true
                        guard SocketPair.send([Mark.connected, 0x0A], to: end) else { return false }
                    }
                    return SocketPair.send([Mark.event] + line + [0x0A], to: end)
                }
            } catch {
                failure = error as? AdminError ?? AdminError(.internal, "the watch failed")
            }
            let text = (try? AdminJSON.encode(failure)) ?? []
            pause = isConnected ? firstPause : min(longestPause, pause * 2)
            guard SocketPair.send([Mark.lost] + text + [0x0A], to: end), SocketPair.wait(milliseconds: pause, while: end) else { return }
        }
    }
}
