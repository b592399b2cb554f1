import Glibc
import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import Testing

@Suite("Audit of acts")
struct AuditTests {
    @Test("an act is recorded with the peer's uid and pid, the route, the words of the command, and what it was about")
    func record() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("bank")
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            _ = try await peta.ask { try $0.setRight(user: "ann", .allow, RightTarget(server: "bank")) }
            _ = try await peta.ask { try $0.act(.start, on: "bank") }
            let acts = peta.recorder.acts
            #expect(acts.map(\.method) == ["POST /v1/users", "POST /v1/users/{id}/allow", "POST /v1/servers/{id}/start"])
            #expect(acts.map(\.target) == ["ann", "ann", nil])
            #expect(acts.map(\.server) == [nil, "bank", "bank"])
            for act in acts {
                #expect(act.peer == LocalPeer(uid: geteuid(), pid: getpid()) && act.role == .owner)
                #expect(act.command == "test words" && act.outcome == .ok && act.error == nil && act.duration > .zero)
            }
            #expect(Set(acts.map(\.requestID)).count == 3)
        }
    }

    @Test("an act that fails is recorded with the code of its error")
    func failed() async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.raw("DELETE", "/v1/users/nobody")
            _ = try await peta.raw("POST", "/v1/users", body: "{")
            _ = try await peta.raw("PUT", "/v1/secrets/X", body: [UInt8](repeating: 1, count: (1 << 20) + 1))
            #expect(peta.recorder.acts.map(\.outcome) == [.error, .error, .error])
            #expect(peta.recorder.acts.map(\.error) == ["not_found", "invalid_argument", "invalid_argument"])
            #expect(peta.recorder.acts.map(\.target) == ["nobody", nil, "X"])
        }
    }

    @Test("reading is not recorded, except a secret's value")
    func reads() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            _ = try await peta.ask { try $0.setSecret("KEY", value: [1, 2]) }
            for path in [
                "/v1/status", "/v1/servers", "/v1/servers/demo", "/v1/users", "/v1/tokens", "/v1/secrets", "/v1/secrets/KEY",
                "/v1/secrets/KEY?reveal=false", "/v1/audit/tail", "/v1/audit/query", "/v1/audit/export", "/v1/audit/summary",
                "/v1/audit/anchor", "/v1/audit/webhook",
            ] {
                #expect(try await peta.raw("GET", path).status == 200, "\(path)")
            }
            #expect(try await peta.raw("POST", "/v1/audit/verify").status == 200)
            #expect(peta.recorder.acts.map(\.method) == ["PUT /v1/secrets/{name}"])
            _ = try await peta.ask { try $0.revealSecret("KEY") }
            #expect(peta.recorder.acts.map(\.method) == ["PUT /v1/secrets/{name}", "GET /v1/secrets/{name}?reveal"])
        }
    }

    @Test("nothing is answered before the record is committed")
    func before() async throws {
        try await withAdmin { peta async throws in
            peta.recorder.set(.holding)
            let arrived = peta.recorder.arrived.stream()
            let answered = Flag()
            let request = Task {
                let token = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
                answered.raise()
                return token
            }
            for await _ in arrived { break }
            // The act is done and its record on the way: other requests are answered meanwhile, this one is not.
            #expect(peta.identity.users().map(\.id) == ["ann"])
            for _ in 0..<20 { _ = try await peta.ask { try $0.status() } }
            #expect(!answered.isUp)
            peta.recorder.release.raise()
            #expect(try await request.value.id == "ann")
            #expect(peta.recorder.acts.count == 1)
        }
    }

    @Test("when the record cannot be committed the answer is withheld: no token, no secret")
    func withheld() async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            _ = try await peta.ask { try $0.setSecret("KEY", value: Array("hunter2".utf8)) }
            peta.recorder.set(.failing)
            let token = try await peta.raw("POST", "/v1/users/ann/tokens", body: "{}")
            #expect(token.status == 503 && !token.text.contains("peta_"))
            #expect(try token.error().code == .unavailable)
            let secret = try await peta.raw("GET", "/v1/secrets/KEY?reveal=true")
            #expect(secret.status == 503 && !secret.text.contains("hunter2"))
            #expect(!secret.text.contains("DiskFull"))
            #expect(peta.log.all.filter { $0.contains("DiskFull") }.count == 2)
        }
    }

    @Test("while the log cannot be written nothing is begun, and reading still works")
    func notWritable() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            peta.recorder.set(.notWritable)
            #expect(try await peta.code { _ = try $0.addUser(NewUser(id: "ann")) } == .unavailable)
            #expect(try await peta.code { _ = try $0.act(.start, on: "demo") } == .unavailable)
            #expect(try await peta.code { _ = try $0.revealSecret("KEY") } == .unavailable)
            #expect(peta.identity.users().isEmpty && peta.servers.notes.isEmpty)
            #expect(try await peta.ask { try $0.status() }.version == "1.2.3")
            #expect(try await peta.ask { try $0.verifyAudit() }.ok)
        }
    }

    @Test(
        "of the command only plain words are kept",
        arguments: [
            ("server add", "server add"), ("status", "status"), ("secret set KEY", nil), ("token create --name=x", nil), ("a b c d e", nil),
            ("server  add", nil), ("peta_AAAA", nil), (String(repeating: "x", count: 65), nil), ("serveradd\u{7F}", nil),
        ] as [(String, String?)])
    func words(sent: String, kept: String?) async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.raw("DELETE", "/v1/users/x", headers: [AdminClient.commandHeader + ": " + sent])
            if let act = peta.recorder.acts.first {
                #expect(act.command == kept)
            } else {
                // A control character never gets through HTTP.
                #expect(sent.utf8.contains(0x7F))
            }
        }
    }

    @Test("an act goes on and is recorded when its peer goes away")
    func peerGone() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            peta.servers.holdsStarts.raise()
            let calls = peta.servers.calls.stream()
            let arrived = peta.recorder.arrived.stream()
            let connection = try await onThread { [socket = peta.socket] in
                let connection = try Held(socket)
                try connection.send("POST /v1/servers/demo/start HTTP/1.1\r\nHost: p\r\n\r\n")
                return connection
            }
            for await _ in calls { break }
            connection.close()
            peta.servers.holdsStarts.raise(false)
            for await _ in arrived { break }
            #expect(peta.recorder.acts.map(\.outcome) == [.ok])
            #expect(peta.recorder.acts.map(\.server) == ["demo"])
        }
    }

    @Test("a test call ends when its peer goes away, and is recorded as cancelled")
    func cancelledCall() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            peta.servers.holdsCalls.raise()
            let calls = peta.servers.calls.stream()
            let arrived = peta.recorder.arrived.stream()
            let connection = try await onThread { [socket = peta.socket] in
                let connection = try Held(socket)
                try connection.send("POST /v1/servers/demo/call HTTP/1.1\r\nHost: p\r\nContent-Length: 12\r\n\r\n{\"tool\":\"t\"}")
                return connection
            }
            for await _ in calls { break }
            connection.close()
            for await _ in arrived { break }
            let act = try #require(peta.recorder.acts.first)
            #expect(act.outcome == .cancelled && act.tool == "t" && act.server == "demo")
        }
    }
}
