import Foundation
import PetaAdmin
import PetaAdminAPI
import PetaCrypto
import PetaIdentity
import Testing

@Suite("Admin routes")
struct RouteTests {
    @Test("status is what the gateway says")
    func status() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.status() }.version == "1.2.3")
        }
    }

    @Test("a server is added, shown, changed, acted on and removed, each by its own operation")
    func servers() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.servers() }.isEmpty)
            #expect(try await peta.ask { try $0.addServer(ServerSpec(id: "demo", kind: .stdio, command: "x")) }.id == "demo")
            #expect(try await peta.ask { try $0.server("demo") }.definition.command == "true")
            var patch = ServerPatch()
            patch.title = "T"
            let change = patch
            _ = try await peta.ask { try $0.updateServer("demo", change) }
            for act in ServerAct.allCases { _ = try await peta.ask { try $0.act(act, on: "demo") } }
            #expect(try await peta.ask { try $0.tools(of: "demo") }.map(\.name) == ["demo::t"])
            try await peta.ask { try $0.removeServer("demo") }
            #expect(try await peta.code { _ = try $0.server("demo") } == .notFound)
            #expect(
                peta.servers.notes == [
                    "list", "add demo", "update demo T", "start demo", "stop demo", "restart demo", "enabled demo true",
                    "enabled demo false", "remove demo",
                ])
        }
    }

    @Test("a user is changed by what its patch names; null takes away, and a field that is not there is refused")
    func updateUser() async throws {
        try await withAdmin { peta async throws in
            let added = try await peta.ask { try $0.addUser(NewUser(id: "ann", labels: ["a": "1"], uid: 1000)) }
            #expect(added.uid == 1000)
            let first = #"{"uid":null,"expiresAt":"2096-10-02T07:06:40Z","labels":{"a":null,"b":"2"}}"#
            #expect(try await peta.raw("PATCH", "/v1/users/ann", body: first).status == 200)
            let changed = try await peta.ask { try $0.user("ann") }
            #expect(changed.uid == nil && changed.expiresAt?.milliseconds == 4_000_000_000_000 && changed.labels == ["b": "2"])
            #expect(try await peta.raw("PATCH", "/v1/users/ann", body: #"{"uid":1001,"expiresAt":null}"#).status == 200)
            let again = try await peta.ask { try $0.user("ann") }
            #expect(again.uid == 1001 && again.expiresAt == nil && again.labels == ["b": "2"])
            #expect(try await peta.raw("PATCH", "/v1/users/ann", body: #"{"role":"owner"}"#).status == 400)
            #expect(try await peta.raw("PATCH", "/v1/users/ann", body: #"{"uid":-1}"#).status == 400)
            #expect(try await peta.raw("PATCH", "/v1/users/ann", body: #"{"uid":4294967295}"#).status == 400)
            #expect(try await peta.raw("PATCH", "/v1/users/bob", body: "{}").status == 404)
            #expect(try await peta.ask { try $0.addUser(NewUser(id: "bob")) }.id == "bob")
            #expect(try await peta.raw("PATCH", "/v1/users/bob", body: #"{"uid":1001}"#).status == 409)
            #expect(try await peta.ask { try $0.user("ann") }.uid == 1001)
        }
    }

    @Test("a test call gives the result byte for byte, as the administrator")
    func call() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("demo")
            let arguments = try RawJSON(validating: Array(#"{"b":1.0,"a":"x"}"#.utf8))
            let result = try await peta.ask { try $0.call(CallRequest(tool: "echo", arguments: arguments), on: "demo") }
            #expect(String(decoding: result, as: UTF8.self) == #"{"content":[ {"type":"text","text":"1.10"} ],"x":1.0}"#)
            _ = try await peta.ask { try $0.call(CallRequest(tool: "none", arguments: nil), on: "demo") }
            #expect(
                peta.servers.notes == [
                    #"call demo echo {"b":1.0,"a":"x"} uid:\#(geteuid())"#, "call demo none - uid:\(geteuid())",
                ])
            let answer = try await peta.raw("POST", "/v1/servers/demo/call", body: #"{"tool":"t","arguments":[1]}"#)
            #expect(answer.status == 400 && answer.text.contains("arguments"))
            #expect(try #require(peta.recorder.acts.first).tool == "echo")
        }
    }

    @Test("users, grants and tokens have their life over the socket")
    func users() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("bank")
            let expiry = Timestamp(Date() + 3600)
            let added = try await peta.ask {
                try $0.addUser(NewUser(id: "ann@x", name: "Ann", role: "admin", notes: "n", labels: ["k": "v"], expiresAt: expiry))
            }
            #expect(added.role == "admin" && added.state == "enabled" && added.labels == ["k": "v"] && added.expiresAt == expiry)
            _ = try await peta.ask { try $0.setRight(user: "ann@x", .allow, RightTarget(server: "bank")) }
            let token = try await peta.ask { try $0.createToken(user: "ann@x", NewTokenRequest(name: "laptop", servers: ["bank"])) }
            guard case .token(let digest) = Array(token.token.utf8).withUnsafeBytes({ TokenFormat.parse(token: $0) }) else {
                Issue.record("what was answered is no token")
                return
            }
            #expect(peta.identity.snapshot.principal(token: digest)?.userID == "ann@x")
            let shown = try await peta.ask { try $0.user("ann@x") }
            #expect(shown.grants == ["bank"] && shown.tokens == 1)
            #expect(try await peta.ask { try $0.users() } == [shown])
            let listed = try await peta.ask { try $0.tokens(user: "ann@x") }
            #expect(listed.map(\.id) == [token.id] && listed[0].servers == ["bank"])
            #expect(try await peta.ask { try $0.setUser("ann@x", enabled: false) }.state == "disabled")
            #expect(peta.identity.snapshot.principal(token: digest) == nil)
            #expect(try await peta.ask { try $0.setUser("ann@x", enabled: true) }.state == "enabled")
            _ = try await peta.ask { try $0.setRight(user: "ann@x", .revoke, RightTarget(server: "bank")) }
            try await peta.ask { try $0.revokeToken(token.id) }
            #expect(peta.identity.snapshot.principal(token: digest) == nil)
            try await peta.ask { try $0.removeUser("ann@x") }
            #expect(try await peta.code { _ = try $0.user("ann@x") } == .notFound)
        }
    }

    @Test("whole servers are granted and taken back by their own path too, and an owner's rights are an owner's affair")
    func grants() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("bank")
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            #expect(try await peta.raw("PUT", "/v1/users/ann/grants/bank").status == 200)
            #expect(try await peta.raw("PUT", "/v1/users/ann/grants/post").status == 404)
            #expect(peta.identity.snapshot.grants(of: "ann") == ["bank"])
            #expect(try await peta.raw("DELETE", "/v1/users/ann/grants/bank").status == 200)
            #expect(peta.identity.snapshot.grants(of: "ann").isEmpty)
        }
    }

    @Test("a right is about a server or a thing of it; each bad body is refused with its field, and nothing is changed")
    func rights() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("bank")
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            let target = RightTarget(server: "bank", kind: "tool", name: "a::b")
            let denied = try await peta.ask { try $0.setRight(user: "ann", .deny, target) }
            #expect(denied.rights == [UserRightEntry(server: "bank", kind: "tool", name: "a::b", effect: "deny")])
            let allowed = try await peta.ask { try $0.setRight(user: "ann", .allow, target) }
            #expect(allowed.rights.map(\.effect) == ["allow"] && allowed.grants.isEmpty)
            for (body, field) in [
                ("", "body"), ("[]", "expected"), (#"{"server":"bank","kind":"tool"}"#, "name"), (#"{"server":"bank","name":"x"}"#, "kind"),
                (#"{"server":"bank","kind":"thing","name":"x"}"#, "kind"), (#"{"server":"bank","kind":"tool","name":""}"#, "name"),
                (#"{"server":"bank","kind":"tool","name":"\#(String(repeating: "x", count: 257))"}"#, "name"),
                (#"{"kind":"tool"}"#, "server"),
                (#"{"server":"bank","effect":"deny"}"#, "effect"),
            ] {
                for act in ["allow", "deny"] {
                    let answer = try await peta.raw("POST", "/v1/users/ann/\(act)", body: body)
                    #expect(answer.status == 400 && answer.text.contains(field), "\(act) \(body): \(answer.text)")
                }
            }
            #expect(try await peta.code { _ = try $0.setRight(user: "ann", .deny, RightTarget(server: "none")) } == .notFound)
            #expect(try await peta.code { _ = try $0.setRight(user: "bob", .deny, target) } == .notFound)
            #expect(try await peta.ask { try $0.user("ann") }.rights == allowed.rights)
            #expect(try await peta.ask { try $0.setRight(user: "ann", .revoke, target) }.rights.isEmpty)
            #expect(try await peta.ask { try $0.rights(of: "ann", server: nil, denied: true) }.map(\.allowed) == [false])
            #expect(try await peta.code { _ = try $0.rights(of: "ann", server: "none", denied: false) } == .notFound)
            let token = try await peta.ask { try $0.createToken(user: "ann", NewTokenRequest(tools: ["bank::a::b"])) }
            let listed = try await peta.ask { try $0.tokens(user: "ann") }
            #expect(listed.first { $0.id == token.id }?.tools == ["bank::a::b"] && listed.first?.servers == [])
            #expect(try await peta.code { _ = try $0.createToken(user: "ann", NewTokenRequest(tools: ["bank"])) } == .invalidArgument)
            #expect(try await peta.code { _ = try $0.createToken(user: "ann", NewTokenRequest(tools: [])) } == .invalidArgument)
            #expect(try await peta.code { _ = try $0.createToken(user: "ann", NewTokenRequest(tools: ["none::a"])) } == .notFound)
            let acts = peta.recorder.acts.filter { $0.method == "POST /v1/users/{id}/deny" && $0.outcome == .ok }
            #expect(acts.first?.server == "bank" && acts.first?.tool == "a::b" && acts.first?.target == "ann")
        }
    }

    @Test("what a server exposes is set thing by thing, and recorded with its name")
    func capabilities() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("bank")
            let patch = CapabilityPatch(kind: "tool", name: "t", exposed: false, danger: "approval")
            #expect(try await peta.ask { try $0.setCapability(patch, on: "bank") }.exposed == false)
            #expect(peta.servers.notes.last == "set bank tool t false approval")
            #expect(try await peta.raw("GET", "/v1/servers/bank/capabilities").text.contains("suggestedDanger"))
            #expect(try await peta.raw("PUT", "/v1/servers/bank/capabilities", body: #"{"kind":"tool"}"#).status == 400)
            #expect(try await peta.raw("PUT", "/v1/servers/none/capabilities", body: #"{"kind":"tool","name":"x"}"#).status == 404)
            let act = peta.recorder.acts.first
            #expect(act?.method == "PUT /v1/servers/{id}/capabilities" && act?.server == "bank" && act?.tool == "t")
        }
    }

    @Test("no answer but the one that makes a token holds it, and neither does the audit or the log")
    func tokenShownOnce() async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            let token = try await peta.ask { try $0.createToken(user: "ann", NewTokenRequest()) }
            for path in ["/v1/users", "/v1/users/ann", "/v1/tokens"] {
                #expect(!(try await peta.raw("GET", path).text.contains(token.token)))
            }
            #expect(!"\(peta.recorder.acts)".contains(token.token))
            #expect(!peta.log.all.joined().contains(token.token))
        }
    }

    @Test("a grant or a narrowing for a server that does not exist is refused")
    func unknownServers() async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            #expect(try await peta.code { _ = try $0.setRight(user: "ann", .allow, RightTarget(server: "bank")) } == .notFound)
            #expect(try await peta.code { _ = try $0.createToken(user: "ann", NewTokenRequest(servers: ["bank"])) } == .notFound)
            #expect(try await peta.identity.tokens().isEmpty)
        }
    }

    @Test("a server that is removed takes its grants along, and a new one of its name starts with none")
    func grantsOfRemoved() async throws {
        try await withAdmin { peta async throws in
            peta.servers.put("bank")
            _ = try await peta.ask { try $0.addUser(NewUser(id: "ann")) }
            _ = try await peta.ask { try $0.setRight(user: "ann", .allow, RightTarget(server: "bank")) }
            try await peta.ask { try $0.removeServer("bank") }
            #expect(peta.identity.snapshot.grants(of: "ann").isEmpty)
            // As left by a crash between the two.
            try await peta.identity.grant(user: "ann", server: "bank")
            _ = try await peta.ask { try $0.addServer(ServerSpec(id: "bank", kind: .stdio, command: "x")) }
            #expect(peta.identity.snapshot.grants(of: "ann").isEmpty)
            // Adding it once more fails and must not touch the grants of the one that is there.
            try await peta.identity.grant(user: "ann", server: "bank")
            #expect(try await peta.code { _ = try $0.addServer(ServerSpec(id: "bank", kind: .stdio, command: "x")) } == .alreadyExists)
            #expect(peta.identity.snapshot.grants(of: "ann") == ["bank"])
        }
    }

    @Test("a secret is set, listed without its value, revealed, and kept while a server uses it")
    func secrets() async throws {
        try await withAdmin { peta async throws in
            let value: [UInt8] = [0, 255, 10, 65]
            #expect(try await peta.ask { try $0.setSecret("KEY", value: value) }.bytes == 4)
            #expect(try await peta.ask { try $0.secrets() }.map(\.name) == ["KEY"])
            #expect(try await peta.ask { try $0.secret("KEY") }.version == 1)
            #expect(try await peta.ask { try $0.revealSecret("KEY") } == value)
            peta.secrets.use("KEY", by: ["bank", "a"])
            let refused = try await peta.raw("DELETE", "/v1/secrets/KEY")
            #expect(refused.status == 422)
            #expect(try refused.error().message == "the secret 'KEY' is used by a, bank")
            try await peta.ask { try $0.removeSecret("KEY", force: true) }
            #expect(try await peta.code { _ = try $0.secret("KEY") } == .notFound)
            #expect(try await peta.code { _ = try $0.revealSecret("KEY") } == .notFound)
            #expect(try await peta.code { try $0.removeSecret("KEY", force: true) } == .notFound)
            #expect(try await peta.raw("PUT", "/v1/secrets/KEY", body: "").status == 400)
        }
    }

    @Test("audit is read and verified")
    func audit() async throws {
        try await withAdmin { peta async throws in
            let lines = try await onThread { [socket = peta.socket] in
                var lines: [String] = []
                try AdminClient(socket: socket, command: "t").auditTail(last: 2, follow: false) { line in
                    lines.append(String(decoding: line, as: UTF8.self))
                    return true
                }
                return lines
            }
            #expect(lines == [#"{"seq":0}"#, #"{"seq":1}"#])
            let answer = try await peta.raw("GET", "/v1/audit/query?user=a%2Bb&tool=s%3A%3At&limit=5")
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/x-ndjson")
            let query = try #require(peta.audit.asked.first)
            #expect(query.user == "a+b" && query.tool == "s::t" && query.limit == 5)
            #expect(try await peta.raw("GET", "/v1/audit/query?since=yesterday").status == 400)
            #expect(try await peta.ask { try $0.verifyAudit() } == AuditVerdict(ok: true, records: 3, head: "ab", firstBad: nil))
        }
    }

    @Test("a listed name is explained")
    func which() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.whichTool("a b%2F&=") }.tool == "a b%2F&=")
            #expect(try await peta.raw("GET", "/v1/tools/which").status == 400)
        }
    }
}
