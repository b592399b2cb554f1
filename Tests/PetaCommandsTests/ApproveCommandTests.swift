import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct ApproveCommandTests {
    /// A gateway with these requests. "own…" may not be decided, "done…" is decided.
    private func gateway(_ ids: String..., total: Int? = nil) throws -> FakeGateway {
        try FakeGateway { request in
            let target = request.target.split(separator: "?")[0].split(separator: "/").map(String.init)
            if target.count == 2 {
                let items = ids.map { ReviewRig.entry($0) }
                return .json(Samples.json(ApprovalPage(items: items, total: total ?? items.count, next: nil)))
            }
            guard ids.contains(target[2]) else { return .error(404, "not_found", "there is no approval '\(target[2])'") }
            if target[2].hasPrefix("own") { return .error(403, "not_permitted", "this is your own request") }
            if target[2].hasPrefix("done"), target.count == 4 { return .error(409, "already_exists", "it was rejected by uid:0") }
            var status = "pending"
            if target.count == 4 { status = target[3] == "allow" ? "approved" : "rejected" }
            return .json(Samples.json(ReviewRig.entry(target[2], status: status)))
        }
    }

    @Test("exit codes tell decided, unknown, forbidden and wrong reasons apart")
    func codes() async throws {
        let gateway = try gateway("ap_000001", "own_0001", "done_001")
        for (id, code) in [("ap_000001", 0), ("own_0001", 77), ("done_001", 73), ("none_001", 66)] as [(String, Int32)] {
            for verb in [["allow"], ["deny", "--reason", "no"]] {
                let outcome = try await Peta.run(list: ["approve"] + verb + [id], gateway: gateway)
                #expect(outcome.code == code, "\(verb) \(id) \(outcome.errors)")
            }
        }
        #expect(try await Peta.run("approve", "show", "none_001", gateway: gateway).code == 66)
        for reason in ["", " ", "a\nb", String(repeating: "x", count: 1001)] {
            #expect(try await Peta.run("approve", "deny", "ap_000001", "--reason", reason, gateway: gateway).code == 65)
        }
    }

    @Test("of several ids each is tried, each failure is told, and the exit code is of the first")
    func several() async throws {
        let gateway = try gateway("ap_000001", "own_0001", "done_001", "ap_000002")
        let outcome = try await Peta.run(
            "approve", "allow", "ap_000001", "own_0001", "done_001", "ap_000002", "--reason", "fine", gateway: gateway)
        #expect(outcome.code == 77)
        #expect(outcome.output == "ap_000001: approved, bank::transfer for alice\nap_000002: approved, bank::transfer for alice\n")
        #expect(
            outcome.errors == "peta: own_0001: this is your own request.\npeta: done_001: it was rejected by uid:0.\n")
        let sent = gateway.requests.filter { $0.method == "POST" }
        #expect(sent.count == 4 && sent.allSatisfy { $0.text == #"{"reason":"fine","channel":"cli"}"# })
        let json = try await Peta.run("approve", "allow", "done_001", "ap_000002", "--json", gateway: gateway)
        #expect(json.code == 73)
        #expect(try JSONReader.read(Array(json.output.utf8)).elements?.map { $0["id"]?.stringValue } == ["ap_000002"])
        #expect(try JSONReader.read(Array(json.errors.utf8))["error"]?["code"]?.stringValue == "already_exists")
    }

    @Test("the beginning of an id is enough where it is long enough and no other begins so")
    func prefixes() async throws {
        let gateway = try gateway("ap_1230001", "ap_1240001", "ap_1240002")
        let one = try await Peta.run("approve", "allow", "ap_123", gateway: gateway)
        #expect(one.code == 0 && one.output.hasPrefix("ap_1230001: approved"))
        #expect(try await Peta.run("approve", "show", "ap_123", gateway: gateway).code == 0)
        let short = try await Peta.run("approve", "allow", "ap_12", gateway: gateway)
        #expect(short.code == 66)
        let several = try await Peta.run("approve", "deny", "ap_124", "--reason", "no", gateway: gateway)
        #expect(several.code == 65 && several.errors.contains("ap_1240001 and ap_1240002"))
        let unsure = try await Peta.run("approve", "allow", "ap_123", gateway: try self.gateway("ap_1230001", total: 99_999))
        #expect(unsure.code == 65 && unsure.errors.contains("whole id"))
        #expect(gateway.requests.filter { $0.line == "POST /v1/approvals/ap_1230001/allow" }.count == 1)
    }

    @Test("a list is read page by page up to the limit, with the filters that were given")
    func pages() async throws {
        let gateway = try FakeGateway { request in
            let start = request.target.contains("after=n200") ? 200 : 0
            let limit = request.target.firstMatch(of: /limit=(\d+)/).flatMap { Int($0.1) } ?? 200
            let items = (start..<min(start + limit, 350)).map { ReviewRig.entry("ap_\($0)") }
            let end = start + items.count
            return .json(Samples.json(ApprovalPage(items: items, total: 350, next: end < 350 ? "n\(end)" : nil)))
        }
        let all = try await Peta.run("approve", "list", "--limit", "1000", "--all", "--user", "alice", "--server", "bank", gateway: gateway)
        #expect(all.output.split(separator: "\n").count == 351 && all.errors.isEmpty)
        #expect(
            gateway.requests.map(\.target) == [
                "/v1/approvals?status=all&user=alice&server=bank&limit=200",
                "/v1/approvals?status=all&user=alice&server=bank&limit=200&after=n200",
            ])
        let some = try await Peta.run("approve", "list", "--limit", "3", gateway: gateway)
        #expect(some.output.split(separator: "\n").count == 4 && some.errors == "3 of 350; --limit shows more\n")
    }

    @Test(
        "wrong usage is told without asking the gateway",
        arguments: [
            ["list", "--status", "new"], ["list", "--all", "--status", "pending"], ["list", "--limit", "0"], ["show"], ["allow"],
            ["deny", "ap_000001"], ["deny", "--reason", "x"], ["allow", "--nothing"], [], ["--plain"], ["review"],
        ])
    func usage(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(list: ["approve"] + arguments, gateway: gateway)
        #expect(outcome.code == 64 && outcome.output.isEmpty && gateway.requests.isEmpty, "\(arguments) \(outcome.errors)")
    }

    @Test("without a terminal it says what scripts use")
    func noTerminal() async throws {
        let outcome = try await Peta.run("approve", gateway: try Samples.gateway())
        #expect(outcome.errors.contains("'peta approve list', 'show', 'allow', 'deny' and 'watch'"))
    }

    @Test("the watch gives scripts the lines as they come")
    func watch() async throws {
        let outcome = try await Peta.run("approve", "watch", "--json", gateway: try Samples.gateway())
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(try lines.map { try JSONReader.read(Array($0.utf8))["event"]?.stringValue } == ["waiting", "ready", "decided", "notice"])
    }

    @Test("waiting requests are completed")
    func completion() async throws {
        #expect(try await Peta.run("complete-names", "approvals", gateway: try Samples.gateway()).output == "ap_000001\nap_000001\n")
    }
}
