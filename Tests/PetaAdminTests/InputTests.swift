import PetaAdminAPI
import PetaIdentity
import Testing

@Suite("Admin input")
struct InputTests {
    @Test("a field that does not exist is refused, naming it, and nothing is changed")
    func unknownField() async throws {
        try await withAdmin { peta async throws in
            let answer = try await peta.raw("POST", "/v1/users", body: #"{"id":"ann","rolle":"owner"}"#)
            #expect(answer.status == 400)
            let error = try answer.error()
            #expect(error.code == .invalidArgument && error.message.contains("rolle"))
            #expect(peta.identity.users().isEmpty)
        }
    }

    @Test(
        "a body that cannot be read is refused with the field or the place",
        arguments: [
            ("{", "JSON"), ("", "body"), (#"{"id":1}"#, "id"), (#"{}"#, "id"), (#"{"id":"a","id":"b"}"#, "id"),
            (#"{"id":"a","role":"king"}"#, "role"), (#"{"id":"a","expiresAt":"soon"}"#, "expiresAt"), (#"{"id":"A"}"#, "id"),
            (#"{"id":"a","labels":{"x":1}}"#, "labels.x"), ("[]", "object"), ("\u{FF}", "JSON"),
        ])
    func badBodies(body: String, word: String) async throws {
        try await withAdmin { peta async throws in
            let answer = try await peta.raw("POST", "/v1/users", body: body)
            #expect(answer.status == 400)
            #expect(try answer.error().message.contains(word))
            #expect(peta.identity.users().isEmpty)
        }
    }

    @Test("a body at the limit is read; one byte more is refused with 413, also without a declared length")
    func largeBodies() async throws {
        try await withAdmin { peta async throws in
            let limit = 1 << 20
            #expect(try await peta.raw("PUT", "/v1/secrets/BIG", body: [UInt8](repeating: 65, count: limit)).status == 200)
            let answer = try await peta.raw("PUT", "/v1/secrets/BIG", body: [UInt8](repeating: 66, count: limit + 1))
            #expect(answer.status == 413)
            #expect(try answer.error().code == .invalidArgument)
            let chunk = "100001\r\n" + String(repeating: "C", count: limit + 1) + "\r\n0\r\n\r\n"
            let chunked = try await onThread { [socket = peta.socket] in
                let connection = try RawConnection(socket)
                try connection.send(
                    Array("PUT /v1/secrets/BIG HTTP/1.1\r\nHost: p\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
                try connection.send(Array(chunk.utf8))
                return try connection.read(until: "\r\n")
            }
            #expect(chunked.hasPrefix("HTTP/1.1 413"))
            #expect(peta.secrets.size(of: "BIG") == limit)
        }
    }

    @Test("an unknown path is 404 and a wrong method 405, both with the error document")
    func unknownRoutes() async throws {
        try await withAdmin { peta async throws in
            for path in [
                "/", "/v1", "/v1/nothing", "/v1/servers/", "/v1/servers/a/b/c", "/v2/status", "/v1/users//grants/x", "/v1/status/",
            ] {
                let answer = try await peta.raw("GET", path)
                #expect(answer.status == 404, "\(path)")
                #expect(try answer.error().code == .notFound)
                #expect(answer.headers["content-type"] == "application/json")
            }
            let wrong = [
                ("POST", "/v1/status"), ("PUT", "/v1/users"), ("GET", "/v1/servers/a/start"), ("HEAD", "/v1/status"),
                ("PURGE", "/v1/users/a"),
            ]
            for (method, path) in wrong {
                let answer = try await peta.raw(method, path)
                #expect(answer.status == 405, "\(method) \(path)")
                if method != "HEAD" { #expect(try answer.error().hint?.contains("use ") == true) }
            }
        }
    }

    @Test("a parameter that is unknown, doubled or unreadable is refused")
    func badParameters() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            for target in [
                "/v1/users?x=1", "/v1/servers/demo/logs?n=-1", "/v1/servers/demo/logs?n=x", "/v1/servers/demo/logs?n=1&n=2",
                "/v1/servers/demo/logs?follow=yes", "/v1/audit/tail?n=100001", "/v1/audit/query?colour=red", "/v1/secrets/A?reveal=maybe",
                "/v1/users/%zz", "/v1/users/%00", "/v1/users/%FF",
            ] {
                let answer = try await peta.raw("GET", target)
                #expect(answer.status == 400, "\(target)")
                #expect(try answer.error().code == .invalidArgument)
            }
        }
    }

    @Test("a body where none belongs is refused")
    func unexpectedBody() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            #expect(try await peta.raw("POST", "/v1/servers/demo/start", body: "{}").status == 400)
            #expect(peta.servers.notes.isEmpty)
        }
    }

    @Test("an error of a part keeps its cause to the log, where it stands once")
    func hiddenCause() async throws {
        try await withAdmin { peta async throws in
            peta.servers.breakDown()
            let answer = try await peta.raw("GET", "/v1/servers")
            #expect(answer.status == 500)
            #expect(try answer.error().code == .internal)
            #expect(!answer.text.contains("hunter2") && !answer.text.contains("Broken"))
            #expect(peta.log.all.filter { $0.contains("hunter2") }.count == 1)
        }
    }

    @Test("an operator's error is answered with the status of its code")
    func statuses() async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.identity.bootstrap()
            #expect(try await peta.raw("GET", "/v1/users/nobody").status == 404)
            #expect(try await peta.raw("POST", "/v1/users", body: #"{"id":"owner"}"#).status == 409)
            #expect(try await peta.raw("DELETE", "/v1/users/owner").status == 403)
            #expect(try await peta.raw("POST", "/v1/users/owner/disable").status == 403)
        }
    }

    @Test("one connection serves many requests")
    func keepAlive() async throws {
        try await withAdmin { peta async throws in
            let versions = try await peta.ask { client in try (0..<5).map { _ in try client.status().version } }
            #expect(versions == Array(repeating: "1.2.3", count: 5))
        }
    }
}
