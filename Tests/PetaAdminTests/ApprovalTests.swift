import Glibc
import PetaAdmin
import PetaAdminAPI
import Testing

@Suite("Routes of approvals")
struct ApprovalTests {
    private static let who = "uid:\(geteuid())"

    @Test("requests are listed, shown, allowed and denied, each in the name of who asks")
    func life() async throws {
        try await withAdmin { peta async throws in
            peta.approvals.put("one", "two")
            var query = ApprovalQuery()
            (query.status, query.user, query.server, query.limit, query.after) = ("all", "alice", "bank", 1000, "x")
            let most = query
            #expect(try await peta.ask { try $0.approvals(most) }.items.map(\.id) == ["one", "two"])
            #expect(try await peta.ask { try $0.approval("one") }.arguments.bytes == Array(#"{"amount":1.10}"#.utf8))
            #expect(try await peta.ask { try $0.allowApproval("one", .init(reason: nil, channel: "cli")) }.status == "approved")
            #expect(try await peta.ask { try $0.denyApproval("two", .init(reason: "too é much", channel: nil)) }.status == "rejected")
            #expect(
                peta.approvals.notes == [
                    "list status=all user=alice server=bank limit=1000 after=x", "show one false", "allow one - cli \(Self.who)",
                    "deny two too é much socket \(Self.who)",
                ])
        }
    }

    @Test("decided, unknown and forbidden are told apart, and a yes needs no body")
    func codes() async throws {
        try await withAdmin { peta async throws in
            peta.approvals.put("one", "own")
            let yes = ApprovalJudgement(reason: nil, channel: nil)
            #expect(try await peta.raw("POST", "/v1/approvals/one/allow").status == 200)
            #expect(try await peta.code { _ = try $0.allowApproval("one", yes) } == .alreadyExists)
            #expect(try await peta.code { _ = try $0.denyApproval("one", .init(reason: "no", channel: nil)) } == .alreadyExists)
            #expect(try await peta.code { _ = try $0.allowApproval("none", yes) } == .notFound)
            #expect(try await peta.code { _ = try $0.allowApproval(String(repeating: "x", count: 129), yes) } == .notFound)
            #expect(try await peta.code { _ = try $0.allowApproval("own", yes) } == .notPermitted)
        }
    }

    @Test("decisions and the sight of all arguments are recorded, other reading is not")
    func audited() async throws {
        try await withAdmin { peta async throws in
            peta.approvals.put("one", "own")
            _ = try await peta.ask { try $0.approvals(.init()) }
            _ = try await peta.ask { try $0.approval("one") }
            let full = try await peta.ask { try $0.approval("one", full: true) }
            #expect(!full.argumentsCut)
            _ = try await peta.ask { try $0.allowApproval("one", .init(reason: nil, channel: nil)) }
            _ = try await peta.code { _ = try $0.denyApproval("own", .init(reason: "no", channel: nil)) }
            #expect(try await peta.raw("GET", "/v1/approvals/one?full=maybe").status == 400)
            let acts = peta.recorder.acts
            let methods = acts.map(\.method)
            #expect(
                methods == [
                    "GET /v1/approvals/{id}?full", "POST /v1/approvals/{id}/allow", "POST /v1/approvals/{id}/deny",
                    "GET /v1/approvals/{id}?full",
                ])
            #expect(
                peta.approvals.notes == ["list ", "show one false", "show one true", "allow one - socket \(Self.who)"])
            #expect(acts.map(\.target) == ["one", "one", "own", "one"])
            #expect(acts.map(\.outcome) == [.ok, .ok, .denied, .error])
        }
    }

    @Test("nobody sees all arguments while the audit cannot be written")
    func unwritable() async throws {
        try await withAdmin { peta async throws in
            peta.approvals.put("one")
            peta.recorder.set(.notWritable)
            #expect(try await peta.raw("GET", "/v1/approvals/one?full=true").status == 503)
            #expect(try await peta.raw("GET", "/v1/approvals/one").status == 200)
            #expect(peta.approvals.notes == ["show one false"])
        }
    }

    @Test("an administrator who is no owner sees all and decides", .enabled(if: Stranger.isPossible))
    func member() async throws {
        try await withFixture { peta async throws in
            peta.approvals.put("one")
            try await peta.serving(authority: Stranger.authority(isMember: true)) { () async throws in
                #expect(try await Stranger.ask(peta, "GET", "/v1/approvals/one?full=true").status == 200)
                #expect(try await Stranger.ask(peta, "POST", "/v1/approvals/one/deny", body: #"{"reason":"no"}"#).status == 200)
            }
        }
    }

    @Test("what is malformed is refused with the name of the field before anything is asked")
    func malformed() async throws {
        try await withAdmin { peta async throws in
            peta.approvals.put("one")
            let long = String(repeating: "x", count: 1001)
            let cases = [
                ("GET", "/v1/approvals?status=new", "", "status"), ("GET", "/v1/approvals?limit=0", "", "limit"),
                ("GET", "/v1/approvals?limit=1001", "", "limit"), ("GET", "/v1/approvals?limit=x", "", "limit"),
                ("GET", "/v1/approvals?user=", "", "user"), ("GET", "/v1/approvals?tool=x", "", "tool"),
                ("GET", "/v1/approvals/watch?n=1", "", "'n'"), ("POST", "/v1/approvals/one/allow", #"{"by":"me"}"#, "by"),
                ("POST", "/v1/approvals/one/allow", #"{"channel":"api"}"#, "channel"),
                ("POST", "/v1/approvals/one/allow", #"{"reason":""}"#, "reason"),
                ("POST", "/v1/approvals/one/deny", "{}", "reason"), ("POST", "/v1/approvals/one/deny", "", "reason"),
                ("POST", "/v1/approvals/one/deny", #"{"reason":"  "}"#, "reason"),
                ("POST", "/v1/approvals/one/deny", #"{"reason":"a\nb"}"#, "reason"),
                ("POST", "/v1/approvals/one/deny", #"{"reason":"\#(long)"}"#, "reason"),
            ]
            for (method, path, body, field) in cases {
                let answer = body.isEmpty ? try await peta.raw(method, path) : try await peta.raw(method, path, body: Array(body.utf8))
                #expect(answer.status == 400, "\(method) \(path) \(body)")
                #expect(try answer.error().message.contains(field), "\(method) \(path) \(body)")
            }
            let huge = Array(#"{"reason":"\#(String(repeating: "x", count: 17_000))"}"#.utf8)
            #expect(try await peta.raw("POST", "/v1/approvals/one/deny", body: huge).status == 413)
            #expect(peta.approvals.notes.isEmpty)
        }
    }

    @Test("the longest reason is taken, however it is escaped")
    func longest() async throws {
        try await withAdmin { peta async throws in
            peta.approvals.put("one")
            let reason = String(repeating: #"\ud83d\ude00"#, count: 1000)
            let answer = try await peta.raw("POST", "/v1/approvals/one/deny", body: Array(#"{"reason":"\#(reason)"}"#.utf8))
            #expect(answer.status == 200)
        }
    }

    @Test("the watch tells what waits and then what comes, a line each, until its reader goes away")
    func watch() async throws {
        try await withAdmin { peta async throws in
            let connection = try await onThread { [socket = peta.socket] in
                let connection = try Held(socket)
                try connection.send("GET /v1/approvals/watch HTTP/1.1\r\nHost: p\r\n\r\n")
                return connection
            }
            let head = try await onThread { try connection.read(until: #""event":"ready""#) }
            #expect(head.lowercased().contains("content-type: application/x-ndjson"))
            #expect(head.contains(#"{"event":"waiting","approval":{"id":"one","#))
            await peta.approvals.news.waitForReaders(1)
            peta.approvals.news.send(ApprovalEvent(event: "expired", approval: FakeApprovals.entry("one")))
            #expect(try await onThread { try connection.read(until: #""pendingOfUser":0},"notice":null}"#) }.contains("expired"))
            connection.close()
            await peta.approvals.news.waitForReaders(0)
        }
    }
}
