import Glibc
import PetaAdminAPI
import Testing

@Suite struct AdminClientTests {
    private func client(_ gateway: FakeGateway) -> AdminClient {
        AdminClient(socket: gateway.path, command: "server list")
    }

    private func failure(_ body: () throws -> Void) -> AdminError? {
        do {
            try body()
            return nil
        } catch {
            return error as? AdminError
        }
    }

    @Test("an answer with a length is read whole, also when it arrives in pieces")
    func length() throws {
        let gateway = try FakeGateway { _ in .raw("HTTP/1.1 200 O", "K\r\nContent-Le", "ngth: 5\r\n", "\r\nhe", "llo") }
        #expect(try client(gateway).send("GET", "/x") == Array("hello".utf8))
    }

    @Test("a chunked answer is put together, with chunk extensions and trailers left out")
    func chunked() throws {
        let gateway = try FakeGateway { _ in
            .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r", "\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n")
        }
        let client = client(gateway)
        #expect(try client.send("GET", "/x") == Array("abc0123456789".utf8))
        #expect(try client.send("GET", "/x") == Array("abc0123456789".utf8))
        #expect(gateway.requests.map(\.connection) == [1, 1])
    }

    @Test("an answer without length ends with the connection, and the next request makes a new one")
    func untilClose() throws {
        let gateway = try FakeGateway { _ in .raw("HTTP/1.1 200 OK\r\n\r\nall of it", closes: true) }
        let client = client(gateway)
        #expect(try client.send("GET", "/x") == Array("all of it".utf8))
        #expect(try client.send("POST", "/x") == Array("all of it".utf8))
        #expect(gateway.requests.map(\.connection) == [1, 2])
    }

    @Test("an interim answer is skipped")
    func interim() throws {
        let gateway = try FakeGateway { _ in .raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") }
        #expect(try client(gateway).send("GET", "/x") == [UInt8(ascii: "x")])
    }

    @Test("a reading request is sent again when the idle connection was closed, a changing one is not")
    func idle() throws {
        let gateway = try FakeGateway { request in
            request.connection == 1 ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", closes: true) : .json("2")
        }
        let first = client(gateway)
        #expect(try first.send("GET", "/x") == [UInt8(ascii: "1")])
        #expect(try first.send("GET", "/x") == [UInt8(ascii: "2")])
        let other = try FakeGateway { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", closes: true) }
        let second = client(other)
        _ = try second.send("GET", "/x")
        #expect(failure { _ = try second.send("DELETE", "/x") }?.code == .unavailable)
    }

    @Test(
        "what is no HTTP answer is refused",
        arguments: [
            "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        ])
    func malformed(_ answer: String) throws {
        let gateway = try FakeGateway { _ in .raw(answer, closes: true) }
        let error = failure { _ = try client(gateway).send("GET", "/x") }
        #expect(error?.code == .internal)
        #expect(error?.message == "the gateway's answer is not HTTP")
    }

    @Test("a head without end does not grow memory")
    func endlessHead() throws {
        let line = String(repeating: "X: y\r\n", count: 20_000)
        let gateway = try FakeGateway { _ in .raw("HTTP/1.1 200 OK\r\n" + line) }
        #expect(failure { _ = try client(gateway).send("GET", "/x") }?.message == "the gateway's answer is not HTTP")
    }

    @Test(
        "an answer that is cut off is an error, never a short answer",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", "HTTP/1.1 200", "",
        ])
    func cutOff(_ answer: String) throws {
        let gateway = try FakeGateway { _ in .raw(answer, closes: true) }
        let error = failure { _ = try client(gateway).send("GET", "/x") }
        #expect(error?.code == .unavailable)
        #expect(error?.message.hasPrefix("lost the connection to the gateway at ") == true)
    }

    @Test("the daemon's own error is thrown with code, message and hint")
    func daemonError() throws {
        let gateway = try FakeGateway { _ in .error(404, "not_found", "there is no server 'x'", hint: "Look.") }
        #expect(failure { _ = try client(gateway).server("x") } == AdminError(.notFound, "there is no server 'x'", hint: "Look."))
    }

    @Test("an error whose code is not known keeps its message, and one without a body takes its code from the status")
    func strangeErrors() throws {
        let gateway = try FakeGateway { request in
            request.target == "/a" ? .error(422, "brand_new", "words") : .raw("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(failure { _ = try client(gateway).send("GET", "/a") } == AdminError(.failed, "words"))
        #expect(failure { _ = try client(gateway).send("GET", "/b") }?.code == .notPermitted)
    }

    @Test("an absent socket and one that nobody listens on say that the gateway is not running")
    func notRunning() throws {
        let directory = try TemporaryDirectory.make()
        defer { TemporaryDirectory.remove(directory) }
        let absent = AdminClient(socket: directory + "/none", command: "")
        let words = "cannot reach the gateway at \(directory)/none: not running"
        #expect(failure { _ = try absent.status() } == AdminError(.unavailable, words, hint: "Start it with 'peta serve'."))
        let stale = directory + "/stale"
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(stale.utf8)) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        close(socket)
        let error = failure { _ = try AdminClient(socket: stale, command: "").status() }
        #expect(error?.code.exitCode == 69)
        #expect(error?.message.hasSuffix("not running") == true)
    }

    @Test("a socket that may not be opened is told as a lack of permission", .enabled(if: geteuid() != 0))
    func notPermitted() throws {
        let gateway = try FakeGateway { _ in .json("{}") }
        chmod(gateway.path, 0)
        #expect(failure { _ = try client(gateway).status() }?.code.exitCode == 77)
    }

    @Test("a path that no socket can have is refused with its limit")
    func longPath() {
        let error = failure { _ = try AdminClient(socket: "/" + String(repeating: "x", count: 200), command: "").status() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("107 bytes") == true)
    }

    @Test("a name never leaves its path segment, and a parameter never its value")
    func escaping() throws {
        let gateway = try FakeGateway { _ in .json("[]") }
        _ = failure { _ = try client(gateway).server("../users?x=1#y z") }
        _ = try client(gateway).tokens(user: "a&b=c")
        #expect(gateway.requests.map(\.target) == ["/v1/servers/..%2Fusers%3Fx%3D1%23y%20z", "/v1/tokens?user=a%26b%3Dc"])
    }

    @Test("each request tells the audit which command sent it")
    func commandHeader() throws {
        let gateway = try FakeGateway { _ in .json("[]") }
        _ = try AdminClient(socket: gateway.path, command: "server list\r\nX: y").servers()
        #expect(gateway.requests.first?.headers[AdminClient.commandHeader] == "server list%0D%0AX%3A y")
        #expect(gateway.requests.first?.headers["x"] == nil)
    }

    @Test("a tool's result comes back byte for byte, and its arguments go as they were written")
    func rawBytes() throws {
        let result = "{\"content\":[],\"x\": 1.0e+00 ,\"é\":\"\\u00e9\"}"
        let gateway = try FakeGateway { _ in .json(result) }
        let arguments = "{\"b\":1.10, \"a\":12345678901234567890}"
        let bytes = try client(gateway).call(
            CallRequest(tool: "t", arguments: try RawJSON(validating: Array(arguments.utf8))), on: "s")
        #expect(bytes == Array(result.utf8))
        #expect(gateway.requests.first?.text == "{\"tool\":\"t\",\"arguments\":\(arguments)}")
    }

    @Test("lines are handed over as they are, however the stream is cut")
    func lines() throws {
        let gateway = try FakeGateway { _ in .chunked(["{\"a\":", "1}\n{\"b\"", ":2}\n\n{\"c\":3}\n{\"d\":4}"]) }
        var lines: [String] = []
        try client(gateway).lines("/x") {
            lines.append(String(decoding: $0, as: UTF8.self))
            return true
        }
        #expect(lines == ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":4}"])
    }

    @Test("a stream stops when the reader has had enough")
    func linesStop() throws {
        let gateway = try FakeGateway { _ in .chunked(["1\n2\n3\n"]) }
        var count = 0
        try client(gateway).lines("/x") { _ in
            count += 1
            return count < 2
        }
        #expect(count == 2)
    }

    @Test("a silent stream ends as soon as nobody reads the output")
    func watching() throws {
        let gateway = try FakeGateway { _ in .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") }
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        try client(gateway).lines("/x", watching: ends[1]) { _ in true }
        close(ends[1])
        #expect(gateway.requests.count == 1)
    }

    @Test("an error in place of a stream is thrown")
    func linesError() throws {
        let gateway = try FakeGateway { _ in .error(403, "not_permitted", "no") }
        #expect(failure { try client(gateway).lines("/x") { _ in true } } == AdminError(.notPermitted, "no"))
    }

    @Test("an answer of another shape says which field is wrong")
    func shape() throws {
        let gateway = try FakeGateway { _ in .json("[{\"id\":\"a\",\"kind\":7}]") }
        let error = failure { _ = try client(gateway).servers() }
        #expect(error?.message.contains("[0].kind: expected a string, found a number") == true)
    }
}
