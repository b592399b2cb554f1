import Foundation
import NIOCore
import NIOPosix
import PetaCrypto
import PetaTelemetry
import PetaTestSupport
import Synchronization
import Testing

@Suite("The address of metrics")
struct MetricsServerTests {
    private static func serving(_ access: MetricsAccess, _ body: @escaping @Sendable (Int) throws -> Void) async throws {
        try await serving(access, rendering: { $0 == .text ? [0x74] : [0x6F] }, body)
    }

    private static func serving(
        _ access: MetricsAccess, rendering render: @escaping @Sendable (Exposition.Form) async -> [UInt8],
        _ body: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        let server = MetricsServer(render: render)
        let channel = try await server.bootstrap(MultiThreadedEventLoopGroup.singleton, access: access, tls: { nil })
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        do {
            // On a thread of its own: what blocks must not hold those that the server needs.
            try await withCheckedThrowingContinuation { done in
                Thread.detachNewThread { done.resume(with: Result { try body(port) }) }
            }
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    private static func ask(
        _ port: Int, _ fields: [(String, String)] = [], target: String = "/metrics", method: String = "GET"
    ) throws -> HTTPResponse {
        let http = try RawHTTP(port: port)
        defer { http.close() }
        try http.send(method, target, fields)
        return try http.response(toHead: method == "HEAD")
    }

    @Test("gives the form that was asked for, and nothing at any other place or by any other method")
    func answers() async throws {
        try await Self.serving(MetricsAccess(token: nil, isLoopback: true)) { (port: Int) throws in
            let plain = try Self.ask(port)
            #expect(plain.status == 200 && plain.text == "t" && plain["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let open = try Self.ask(port, [("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")])
            #expect(open.text == "o" && open["content-type"]?.hasPrefix("application/openmetrics-text") == true)
            #expect(try Self.ask(port, target: "/metrics?x=1").status == 200)
            #expect(try Self.ask(port, method: "HEAD").text.isEmpty)
            #expect(try Self.ask(port, target: "/").status == 404)
            #expect(try Self.ask(port, target: "/mcp").status == 404)
            #expect(try Self.ask(port, method: "DELETE").status == 405)
            // One connection serves many requests.
            let http = try RawHTTP(port: port)
            for _ in 0..<3 {
                try http.send("GET", "/metrics")
                #expect(try http.response().status == 200)
            }
            try http.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            #expect(try http.response().status == 200)
            #expect(try http.isClosedByPeer())
        }
    }

    @Test("who comes by a name that is not this machine's is refused: a page in a browser may have led here")
    func rebinding() async throws {
        try await Self.serving(MetricsAccess(token: nil, isLoopback: true)) { (port: Int) throws in
            for host in ["evil.example", "evil.example:\(port)", "127.0.0.1.evil.example", "[::2]", "localhost.evil", ""] {
                #expect(try Self.ask(port, [("Host", host)]).status == 403, "\(host)")
            }
            for host in ["localhost", "LOCALHOST:\(port)", "127.0.0.1", "[::1]:9"] {
                #expect(try Self.ask(port, [("Host", host)]).status == 200, "\(host)")
            }
        }
        try await Self.serving(MetricsAccess(token: nil, isLoopback: false)) { (port: Int) throws in
            #expect(try Self.ask(port, [("Host", "gateway.example")]).status == 200)
        }
    }

    @Test("with a token only who brings it is let in, and nobody while it cannot be read")
    func token() async throws {
        let works = Mutex(true)
        struct Sealed: Error {}
        let access = MetricsAccess(
            token: {
                guard works.withLock({ $0 }) else { throw Sealed() }
                return SecretBytes(copying: "s3cret".utf8)
            }, isLoopback: false)
        try await Self.serving(access) { (port: Int) throws in
            #expect(try Self.ask(port, [("Authorization", "Bearer s3cret")]).status == 200)
            #expect(try Self.ask(port, [("Authorization", "bearer  s3cret")]).status == 200)
            for wrong in ["Bearer s3cre", "Bearer s3crett", "Basic s3cret", "s3cret", "Bearer ", "Bearer s3cret s3cret"] {
                let refused = try Self.ask(port, [("Authorization", wrong)])
                #expect(refused.status == 401 && refused["www-authenticate"] == "Bearer realm=\"peta\"", "\(wrong)")
            }
            #expect(try Self.ask(port).status == 401)
            #expect(try Self.ask(port, target: "/x").status == 401)
            works.withLock { $0 = false }
            #expect(try Self.ask(port, [("Authorization", "Bearer s3cret")]).status == 503)
        }
    }

    @Test("scrapes at the same time are one scrape, and connections are bounded")
    func bounds() async throws {
        let count = Atomic<Int>(0)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        try await Self.serving(
            MetricsAccess(token: nil, isLoopback: true),
            rendering: { _ in
                count.wrappingAdd(1, ordering: .relaxed)
                for await _ in gate { break }
                return [0x78]
            }
        ) { (port: Int) throws in
            let clients = try (0..<8).map { _ in try RawHTTP(port: port) }
            for client in clients { try client.send("GET", "/metrics") }
            try eventually("the scrape has begun") { count.load(ordering: .relaxed) >= 1 }
            // Further ones, which all stay open: what comes beyond 32 in all is closed at once.
            let more = try (0..<40).map { _ in try RawHTTP(port: port) }
            #expect(try more[39].isClosedByPeer())
            open.finish()
            for client in clients { #expect(try client.response().text == "x") }
            #expect(count.load(ordering: .relaxed) <= 2)
            for one in more { one.close() }
        }
    }
}
