import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import PetaOutbound
import func PetaTestSupport.run
import Testing

@Suite("Posting to others")
struct ClientTests {
    private let client = OutboundClient(group: MultiThreadedEventLoopGroup.singleton, agent: "peta/test")

    private func request(_ port: Int, _ body: String = "hello", scheme: String = "http", host: String = "127.0.0.1") throws
        -> OutboundRequest
    {
        OutboundRequest(url: try OutboundURL("\(scheme)://\(host):\(port)/in?x=1"), body: Array(body.utf8))
    }

    @Test("sends head and body once, and gives status and body")
    func success() async throws {
        let server = try await ScriptedServer(.answer("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok"))
        var request = try request(server.port)
        request.headers = [("Content-Type", "application/x-ndjson"), ("X-Extra", "1")]
        let answer = try await client.post(request)
        #expect(answer.status == 202 && answer.isSuccess && answer.body == Array("ok".utf8) && !answer.isCut)
        let sent = try #require(server.requests.first)
        #expect(server.requests.count == 1)
        #expect(sent.hasPrefix("POST /in?x=1 HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nUser-Agent: peta/test\r\nConnection: close\r\n"))
        #expect(sent.contains("\r\nContent-Length: 5\r\nContent-Type: application/x-ndjson\r\nX-Extra: 1\r\n\r\nhello"))
        await server.waitForClose()
        await server.stop()
    }

    @Test("gives refusals as they are, with their Retry-After, and follows no redirection")
    func refusals() async throws {
        for (head, status, after) in [
            ("HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 0", 503, 7 as Int?),
            ("HTTP/1.1 429 No\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\nContent-Length: 0", 429, nil),
            ("HTTP/1.1 503 No\r\nRetry-After: -7\r\nContent-Length: 0", 503, nil),
            ("HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0", 307, nil),
        ] {
            let server = try await ScriptedServer(.answer(head + "\r\n\r\n"))
            let answer = try await client.post(try request(server.port))
            #expect(answer.status == status && answer.retryAfter == after && !answer.isSuccess)
            await server.stop()
        }
    }

    @Test("reads no more of an answer than is wanted, however it is framed")
    func bounded() async throws {
        let large = String(repeating: "x", count: 100_000)
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + large,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + large + "\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n" + large,
        ] {
            let server = try await ScriptedServer(.answer(answer))
            let found = try await client.post(try request(server.port))
            #expect(found.isCut && found.body.count == 4096)
            await server.stop()
        }
    }

    @Test("an answer that ends with its connection is whole")
    func untilClose() async throws {
        let server = try await ScriptedServer(.cut("HTTP/1.1 200 OK\r\n\r\nfine"))
        #expect(try await client.post(try request(server.port)).body == Array("fine".utf8))
        await server.stop()
    }

    @Test("says what went wrong: nobody there, no answer, no HTTP, too short")
    func failures() async throws {
        let closed = try await ScriptedServer(.silence)
        await closed.stop()
        await #expect(throws: OutboundFailure.cannotConnect("http://127.0.0.1:\(closed.port): Connection refused")) {
            try await client.post(try request(closed.port))
        }
        for (script, isLost) in [
            (ScriptedServer.Script.cut(""), true), (.cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), false),
            (.answer("SSH-2.0\r\n\r\n"), false),
        ] {
            let server = try await ScriptedServer(script)
            do {
                _ = try await client.post(try request(server.port))
                Issue.record("an answer out of nothing")
            } catch let error as OutboundFailure {
                switch error {
                case .lost: #expect(isLost)
                case .badAnswer: #expect(!isLost)
                default: Issue.record("\(error)")
                }
            }
            await server.stop()
        }
    }

    @Test("gives up after its time, and when it is cancelled, and closes the connection")
    func givingUp() async throws {
        let server = try await ScriptedServer(.silence)
        var short = try request(server.port)
        short.timeout = .milliseconds(50)
        await #expect(throws: OutboundFailure.timeout) { try await client.post(short) }
        await server.waitForClose()
        await server.stop()

        let other = try await ScriptedServer(.silence)
        let long = try request(other.port)
        let task = Task { try await client.post(long) }
        while other.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: OutboundFailure.cancelled) { try await task.value }
        await other.waitForClose()
        await other.stop()
    }

    @Test("sends no header field that would be another one")
    func smuggling() async throws {
        let server = try await ScriptedServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        var request = try request(server.port)
        request.headers = [("X-Bad", "a\r\nX-Other: b")]
        await #expect(throws: OutboundFailure.self) { try await client.post(request) }
        #expect(server.requests.isEmpty)
        await server.stop()
    }

    @Test("believes only certificates that are trusted and are about the host")
    func certificates() async throws {
        for (names, isAbout) in [("IP:127.0.0.1", true), ("DNS:localhost.example", false)] {
            let place = try Certificate.make(names: names)
            defer { try? FileManager.default.removeItem(atPath: place.directory) }
            let server = try await ScriptedServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), tls: try place.context())
            let trusting = OutboundClient(group: MultiThreadedEventLoopGroup.singleton, agent: "peta/test", trustFile: place.certificate)
            for (client, isTrusting) in [(client, false), (trusting, true)] {
                do {
                    #expect(try await client.post(try request(server.port, scheme: "https")).status == 200)
                    #expect(isTrusting && isAbout)
                } catch {
                    #expect(!isTrusting || !isAbout)
                    guard case .tls = error as? OutboundFailure else {
                        Issue.record("\(error)")
                        continue
                    }
                }
            }
            #expect(server.requests.count == (isAbout ? 1 : 0))
            await server.stop()
        }
    }

    /// A key and a self-signed certificate, made by openssl(1).
    private struct Certificate {
        let directory: String
        var certificate: String { directory + "/cert.pem" }

        static func make(names: String) throws -> Certificate {
            let made = Certificate(directory: NSTemporaryDirectory() + "peta-outbound-" + UUID().uuidString)
            try FileManager.default.createDirectory(atPath: made.directory, withIntermediateDirectories: true)
            let arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=test",
                "-addext", "subjectAltName=\(names)", "-keyout", made.directory + "/key.pem", "-out", made.certificate,
            ]
            let result = try run("/usr/bin/env", arguments)
            #expect(result.status == 0, "\(result.stderr)")
            return made
        }

        func context() throws -> NIOSSLContext {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
            let key = try NIOSSLPrivateKey(file: directory + "/key.pem", format: .pem)
            return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
        }
    }
}
