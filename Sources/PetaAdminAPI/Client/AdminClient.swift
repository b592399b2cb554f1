/// The client of the admin protocol: HTTP/1.1 over the daemon's Unix socket, blocking, one connection for one command.
///
/// Every method throws `AdminError` and nothing else, apart from what a closure throws that the caller passes in.
/// Not thread-safe: one owner.
package final class AdminClient {
    /// The path of the socket.
    package let socket: String
    private let command: String
    private let patience: Patience
    private var connection: UnixConnection?

    /// The request header that carries the words of the command (never its arguments), for the audit.
    package static let commandHeader = "peta-command"
    /// The largest answer that is read whole, in bytes.
    package static let maximumBody = 64 << 20
    /// The longest line of a stream, in bytes.
    package static let maximumLine = 4 << 20

    /// A client for a socket. It connects with the first request. `command` is told to the daemon's audit.
    ///
    /// With `interrupt`, a descriptor, every wait ends when that becomes readable: a stream as if it were over, anything else with an
    /// error. With `limitMilliseconds` everything that it does has to be done by then, counted from here.
    package init(socket: String, command: String, interrupt: Int32? = nil, limitMilliseconds: Int64? = nil) {
        self.socket = socket
        self.command = command
        patience = Patience(interrupt: interrupt, limitMilliseconds: limitMilliseconds)
    }

    /// One request and its whole answer. Throws the daemon's own error for a status of 400 and above.
    package func send(
        _ method: String, _ path: String, parameters: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        contentType: String = "application/json", timeoutSeconds: Int = 60
    ) throws(AdminError) -> [UInt8] {
        let isFresh = connection == nil
        let request = head(method, path, parameters, body, contentType) + (body ?? [])
        let answer: ResponseHead
        do {
            answer = try exchange(request, timeoutSeconds: timeoutSeconds)
        } catch {
            connection = nil
            // The daemon may have closed an idle connection; only what changes nothing is asked again.
            guard !isFresh, method == "GET", error.code == .unavailable else { throw error }
            answer = try exchange(request, timeoutSeconds: timeoutSeconds)
        }
        let live = try open()
        var body = ResponseBody(answer.framing, on: live)
        var bytes: [UInt8] = []
        do throws(AdminError) {
            while let piece = try body.next(timeoutSeconds: timeoutSeconds) {
                bytes += piece
                guard bytes.count <= Self.maximumBody else { throw AdminError(.failed, "the gateway's answer is larger than 64 MiB") }
            }
        } catch {
            connection = nil
            throw error
        }
        if !answer.keepsAlive { connection = nil }
        guard answer.status < 400 else { throw Self.error(answer.status, bytes) }
        return bytes
    }

    /// Reads newline-delimited JSON, line by line as it comes, until the daemon ends it or `handle` returns false.
    ///
    /// With `watching`, a descriptor that is written to, it also ends as soon as nobody reads that any more: a stream
    /// without news would otherwise outlive `| head -1`.
    package func lines(
        _ path: String, parameters: [(name: String, value: String)] = [], watching output: Int32? = nil,
        _ handle: ([UInt8]) throws -> Bool
    ) throws {
        defer { connection = nil }
        let answer = try exchange(head("GET", path, parameters, nil, ""), timeoutSeconds: 60)
        var body = ResponseBody(answer.framing, on: try open())
        if answer.status >= 400 {
            var bytes: [UInt8] = []
            while let piece = try body.next(timeoutSeconds: 60), bytes.count < Self.maximumLine { bytes += piece }
            throw Self.error(answer.status, bytes)
        }
        var partial: [UInt8] = []
        while let piece = try body.next(timeoutSeconds: nil, watching: output) {
            var rest = piece[...]
            while let end = rest.firstIndex(of: 0x0A) {
                partial += rest[..<end]
                rest = rest[(end + 1)...]
                if !partial.isEmpty, try !handle(partial) { return }
                partial.removeAll(keepingCapacity: true)
            }
            partial += rest
            guard partial.count <= Self.maximumLine else { throw AdminError(.failed, "the gateway sent a line longer than 4 MiB") }
        }
        if !partial.isEmpty { _ = try handle(partial) }
    }

    /// Reads a long answer piece by piece as it comes; the fields of its head are given to `began` first. Throws where it breaks off; ends
    /// where nobody reads `watching` any more.
    ///
    /// - Parameter timeoutSeconds: how long the next piece may take to come; nil: as long as it takes.
    package func pieces(
        _ method: String, _ path: String, parameters: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeoutSeconds: Int? = nil, watching output: Int32? = nil, began: ([String: String]) throws -> Void = { _ in },
        _ handle: ([UInt8]) throws -> Void
    ) throws {
        defer { connection = nil }
        let request = head(method, path, parameters, body, "application/octet-stream") + (body ?? [])
        let answer = try exchange(request, timeoutSeconds: timeoutSeconds ?? 60)
        var rest = ResponseBody(answer.framing, on: try open())
        if answer.status >= 400 {
            var bytes: [UInt8] = []
            while let piece = try rest.next(timeoutSeconds: 60), bytes.count < Self.maximumLine { bytes += piece }
            throw Self.error(answer.status, bytes)
        }
        try began(answer.fields)
        while let piece = try rest.next(timeoutSeconds: timeoutSeconds, watching: output) { try handle(piece) }
    }

    /// One request whose answer is a JSON value.
    package func ask<Answer: Decodable>(
        _ type: Answer.Type, _ method: String, _ path: String, parameters: [(name: String, value: String)] = [],
        body: (some Encodable)? = Never?.none, timeoutSeconds: Int = 60
    ) throws(AdminError) -> Answer {
        var bytes: [UInt8]?
        if let body {
            do {
                bytes = try AdminJSON.encode(body, nulls: false)
            } catch {
                throw AdminError(.internal, "the request cannot be written as JSON")
            }
        }
        let answer = try send(method, path, parameters: parameters, body: bytes, timeoutSeconds: timeoutSeconds)
        do {
            return try AdminJSON.decode(type, from: answer)
        } catch {
            throw AdminError(
                .internal, "the gateway's answer is not understood: \(error.message)",
                hint: "Are the gateway and this command of the same version?")
        }
    }

    private func open() throws(AdminError) -> UnixConnection {
        if let connection { return connection }
        let made = try UnixConnection(path: socket, patience: patience)
        connection = made
        return made
    }

    private func exchange(_ request: [UInt8], timeoutSeconds: Int) throws(AdminError) -> ResponseHead {
        let live = try open()
        // A daemon that refuses may answer and close before it has read everything: its answer says more than the broken pipe.
        try? live.send(request)
        while true {
            if let end = Self.endOfHead(live.pending) {
                guard let head = ResponseHead(live.pending[..<end.head]) else { throw ResponseBody.malformed }
                live.take(end.next - live.pending.startIndex)
                // 1xx is not the answer yet (RFC 9110, 15.2).
                if head.status >= 200 { return head }
                continue
            }
            guard live.pending.count <= ResponseHead.maximumBytes else { throw ResponseBody.malformed }
            if try live.fill(timeoutSeconds: timeoutSeconds) == .end { throw live.lost() }
        }
    }

    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> (head: Int, next: Int)? {
        var index = bytes.startIndex
        while let end = bytes[index...].firstIndex(of: 0x0A) {
            let following = bytes[(end + 1)...]
            if following.first == 0x0A { return (end, end + 2) }
            if following.starts(with: [0x0D, 0x0A]) { return (end, end + 3) }
            index = end + 1
        }
        return nil
    }

    private func head(
        _ method: String, _ path: String, _ parameters: [(name: String, value: String)], _ body: [UInt8]?, _ contentType: String
    ) -> [UInt8] {
        var target = path
        for (position, parameter) in parameters.enumerated() {
            target += (position == 0 ? "?" : "&") + Self.escape(parameter.name) + "=" + Self.escape(parameter.value)
        }
        var text = "\(method) \(target) HTTP/1.1\r\nHost: peta\r\n\(Self.commandHeader): \(Self.escape(command, keeping: " "))\r\n"
        if let body {
            text += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        } else if method != "GET" {
            text += "Content-Length: 0\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    private static func error(_ status: Int, _ body: [UInt8]) -> AdminError {
        if let error = try? AdminJSON.decode(AdminError.self, from: body) { return error }
        return AdminError(AdminErrorCode(httpStatus: status), "the gateway answered with HTTP status \(status)")
    }

    /// Percent-encodes everything but the unreserved characters (RFC 3986, 2.3): a name never leaves its path segment.
    package static func escape(_ text: String, keeping: String = "") -> String {
        let hexadecimal = Array("0123456789ABCDEF".unicodeScalars)
        var escaped = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(scalar)
            default:
                if scalar.isASCII, keeping.unicodeScalars.contains(scalar) {
                    escaped.unicodeScalars.append(scalar)
                } else {
                    escaped.unicodeScalars.append("%")
                    escaped.unicodeScalars.append(hexadecimal[Int(byte >> 4)])
                    escaped.unicodeScalars.append(hexadecimal[Int(byte & 15)])
                }
            }
        }
        return escaped
    }
}
