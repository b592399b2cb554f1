import PetaAdminAPI
import ServiceLifecycle
import Testing

@Suite("Admin streams")
struct StreamTests {
    @Test("log lines come one by one as they are written, each a line of JSON")
    func follow() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            let connection = try await open(peta, "/v1/servers/demo/logs?n=2&follow=true")
            let head = try await onThread { try connection.read(until: "old 1") }
            #expect(head.contains("HTTP/1.1 200") && head.lowercased().contains("content-type: application/x-ndjson"))
            #expect(head.contains(#"{"time":"1970-01-01T00:00:00.000Z","stream":"stderr","line":"old 0"}"# + "\n"))
            await peta.servers.news.waitForReaders(1)
            peta.servers.news.send(LogLine(time: Timestamp(milliseconds: 1), stream: "peta", line: "a\nb"))
            #expect(try await onThread { try connection.read(until: "\n\r\n") }.contains(#""line":"a\nb"}"#))
            connection.close()
        }
    }

    @Test("a stream without a line answers at once")
    func headFirst() async throws {
        try await withAdmin { peta async throws in
            let connection = try await open(peta, "/v1/audit/tail?n=0&follow=true")
            #expect(try await onThread { try connection.read(until: "\r\n\r\n") }.contains("HTTP/1.1 200"))
            connection.close()
        }
    }

    @Test("a stream ends when its reader goes away")
    func readerGone() async throws {
        try await withAdmin { peta async throws in
            let connection = try await open(peta, "/v1/audit/tail?n=1&follow=true")
            await peta.audit.news.waitForReaders(1)
            connection.close()
            await peta.audit.news.waitForReaders(0)
        }
    }

    @Test("a stream without follow ends by itself and leaves the connection usable by nobody")
    func bounded() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            let answer = try await peta.raw("GET", "/v1/servers/demo/logs?n=1")
            #expect(answer.text.contains("old 0") && !answer.text.contains("old 1"))
            #expect(try await peta.raw("GET", "/v1/servers/none/logs").status == 404)
        }
    }

    @Test("streams end, and end properly, when the daemon stops")
    func stop() async throws {
        try await withFixture { peta async throws in
            let (starts, start) = AsyncStream<Void>.makeStream()
            let group = ServiceGroup(services: [try peta.server { start.yield() }], logger: peta.log.logger())
            let running = Task { try await group.run() }
            for await _ in starts { break }
            let connection = try await open(peta, "/v1/audit/tail?n=1&follow=true")
            await peta.audit.news.waitForReaders(1)
            await group.triggerGracefulShutdown()
            #expect(try await onThread { try connection.readAll() }.hasSuffix("0\r\n\r\n"))
            await peta.audit.news.waitForReaders(0)
            connection.close()
            try await running.value
        }
    }

    private func open(_ peta: Fixture, _ target: String) async throws -> Held {
        try await onThread { [socket = peta.socket] in
            let connection = try Held(socket)
            try connection.send("GET \(target) HTTP/1.1\r\nHost: p\r\n\r\n")
            return connection
        }
    }
}
