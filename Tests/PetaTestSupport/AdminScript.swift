import Foundation

/// The admin protocol as far as a reviewer needs it, served by a test over a Unix socket: requests that wait, a watch that the test
/// feeds, and decisions that it remembers.
package final class AdminScript: @unchecked Sendable {  // safe: every access to the variables holds the condition's lock
    package let path: String
    private let condition = NSCondition()
    private var entries: [[String: Any]] = []
    private var log: [String] = []
    private var watchers: Set<Int32> = []
    private var open: Set<Int32> = []
    private var listener: Int32 = -1
    /// What a decision is answered with instead: status, code and message.
    private var refusal: (Int, String, String)?
    /// Decisions, and what is in `canned`, wait for `release`.
    private var holds = false
    /// What requests are answered with, by method and target.
    private var canned: [String: String] = [:]

    /// Listens at a path.
    package init(path: String) throws {
        self.path = path
        try start()
    }

    deinit { stop() }

    // MARK: what the test does

    /// A request that waits; fields may be replaced.
    package static func entry(_ id: String, user: String = "alice", tool: String = "transfer", _ fields: [String: Any] = [:]) -> [String:
        Any]
    {
        let entry: [String: Any] = [
            "id": id, "status": "pending", "user": user, "server": "bank", "tool": tool, "method": "tools/call",
            "arguments": ["amount": 5000], "argumentsCut": false, "argumentsDigest": "d\(id)", "reason": "over 1000", "rule": "bank/large",
            "policyVersion": 3, "createdAt": "2026-03-09T17:00:00.000Z", "expiresAt": "2099-03-09T17:00:00.000Z", "approvers": 1,
            "decisions": [[String: Any]](), "attempts": 1, "pendingOfUser": 1,
        ]
        return entry.merging(fields) { $1 }
    }

    /// Adds a request that waits, and tells the watchers.
    package func add(_ entry: [String: Any]) {
        condition.withLock { entries.append(entry) }
        tell("created", entry)
    }

    /// Somebody else decides.
    package func decide(_ id: String, _ status: String, by: String = "uid:77") {
        var decided: [String: Any]?
        condition.withLock {
            guard let index = entries.firstIndex(where: { $0["id"] as? String == id }) else { return }
            entries[index]["status"] = status
            entries[index]["decisions"] = [
                ["by": by, "role": "owner", "channel": "cli", "verdict": status, "at": "2026-03-09T17:00:00.000Z"]
            ]
            decided = entries[index]
        }
        if let decided { tell(status == "expired" ? "expired" : "decided", decided) }
    }

    /// Answers a request, `GET /v1/users`, with this from now on.
    package func answer(_ request: String, _ json: String) { condition.withLock { canned[request] = json } }

    /// The answer to `GET /v1/status`.
    package func status(isSealed: Bool = false, waiting: Int = 0) {
        answer(
            "GET /v1/status",
            Self.json([
                "version": "1", "pid": 1, "uptimeSeconds": 1, "sealed": isSealed, "listen": [String](), "socket": path,
                "servers": ["online": 0, "sleeping": 0, "connecting": 0, "offline": 0, "error": 0], "sessions": 0,
                "pendingApprovals": waiting, "changedTools": 0, "callsPerSecond": 0, "latency": [String: Double](), "rssBytes": 1,
                "problems": [String](),
            ]))
    }

    package func refuse(_ status: Int, _ code: String, _ message: String) { condition.withLock { refusal = (status, code, message) } }
    package func hold() { condition.withLock { holds = true } }
    package func release() {
        condition.withLock {
            holds = false
            condition.broadcast()
        }
    }

    /// The requests so far, as `METHOD TARGET BODY`; without the asking for lists.
    package var requests: [String] { condition.withLock { log.filter { !$0.contains("/v1/approvals?") } } }

    /// Waits for a request.
    package func heard(_ request: String, within seconds: Double = patience) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !log.contains(where: { $0.hasPrefix(request) }) {
            guard condition.wait(until: deadline) else { throw TestFailure("not within \(seconds) s: \(request); heard: \(log)") }
        }
    }

    /// Goes away, as a gateway does that is stopped.
    package func stop() {
        condition.withLock {
            if listener >= 0 { shutdown(listener, Int32(SHUT_RDWR)) }
            listener = -1
            for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
            watchers = []
            condition.broadcast()
        }
        unlink(path)
    }

    /// Comes back.
    package func start() throws {
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard bound == 0, listen(made, 16) == 0 else { throw TestFailure.system("listen at \(path)") }
        condition.withLock { listener = made }
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(made, nil, nil)
                guard connection >= 0 else { break }
                guard let script = self else {
                    close(connection)
                    break
                }
                _ = script.condition.withLock { script.open.insert(connection) }
                Thread.detachNewThread { [weak script] in
                    while let request = Self.read(connection), let script, script.answer(request, connection) {}
                    script?.condition.withLock {
                        script?.open.remove(connection)
                        script?.watchers.remove(connection)
                    }
                    close(connection)
                }
            }
            close(made)
        }
    }

    // MARK: the protocol

    private func tell(_ event: String, _ entry: [String: Any]?) {
        condition.withLock { for connection in watchers { Self.chunk(event, entry, to: connection) } }
    }

    private static func chunk(_ event: String, _ entry: [String: Any]?, to connection: Int32) {
        let line = json(["event": event, "approval": entry as Any? ?? NSNull()]) + "\n"
        send(String(line.utf8.count, radix: 16) + "\r\n" + line + "\r\n", to: connection)
    }

    private static func json(_ value: Any) -> String {
        (try? JSONSerialization.data(withJSONObject: value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    private static func send(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// False when the connection is not read on.
    private func answer(_ request: (method: String, target: String, body: String), _ connection: Int32) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        log.append("\(request.method) \(request.target) \(request.body)")
        condition.broadcast()
        let path = request.target.split(separator: "?")[0].split(separator: "/").map(String.init)
        if path.last == "watch" {
            Self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", to: connection)
            for entry in entries where entry["status"] as? String == "pending" { Self.chunk("waiting", entry, to: connection) }
            Self.chunk("ready", nil, to: connection)
            watchers.insert(connection)
            return true
        }
        if let text = canned["\(request.method) \(request.target)"] {
            while holds { condition.wait() }
            Self.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)", to: connection)
            return true
        }
        var status = 200
        var body = Self.json(["items": [[String: Any]](), "total": 0, "next": NSNull()])
        if path.count >= 3 {
            let index = entries.firstIndex { $0["id"] as? String == path[2] }
            if path.count == 4 {
                while holds { condition.wait() }
                if let refusal {
                    status = refusal.0
                    body = Self.json(["error": ["code": refusal.1, "message": refusal.2]])
                } else if let index {
                    entries[index]["status"] = path[3] == "allow" ? "approved" : "rejected"
                    let entry = entries[index]
                    for watcher in watchers { Self.chunk("decided", entry, to: watcher) }
                }
            } else if let index, request.target.hasSuffix("full=true") {
                entries[index]["argumentsCut"] = false
                entries[index]["arguments"] = ["amount": "all of it"]
            }
            if status == 200, let index { body = Self.json(entries[index]) }
        }
        Self.send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", to: connection)
        return true
    }

    private static func read(_ connection: Int32) -> (method: String, target: String, body: String)? {
        var buffer: [UInt8] = []
        var byte: UInt8 = 0
        while !buffer.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard recv(connection, &byte, 1, 0) == 1, buffer.count < 65_536 else { return nil }
            buffer.append(byte)
        }
        let head = String(decoding: buffer, as: UTF8.self)
        let words = head.split(separator: " ")
        let length = head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
        var body: [UInt8] = []
        while body.count < length {
            guard recv(connection, &byte, 1, 0) == 1 else { return nil }
            body.append(byte)
        }
        return (String(words[0]), String(words[1]), String(decoding: body, as: UTF8.self))
    }
}
