import Foundation
import Glibc
import PetaAdminAPI
import PetaCommands
import Testing

@Suite("Audit for people")
struct AuditCommandTests {
    private static let utf8 = ["LANG": "C.UTF-8"]

    // MARK: stats

    @Test(
        "stats fit into a terminal of any width, also with wide names, in Unicode and in ASCII",
        arguments: [20, 24, 30, 40, 60, 80, 100, 200])
    func widths(width: Int) async throws {
        let gateway = try Samples.gateway()
        for by in [[], ["--by", "user"], ["--by", "tool"], ["--by", "outcome"], ["--by", "error"]] {
            for ascii in [[], ["--ascii"]] {
                let found = try await Peta.run(
                    list: ["audit", "stats"] + by + ascii, gateway: gateway, variables: Self.utf8, width: width)
                #expect(found.code == 0 && !found.output.isEmpty)
                for line in found.output.split(separator: "\n") {
                    #expect(DisplayWidth.of(String(line)) <= width, "\(width) \(by): \(line)")
                    #expect(line.last != " ")
                }
                #expect(!found.output.contains("\u{1B}"))
                if !ascii.isEmpty { #expect(found.output.utf8.allSatisfy { $0 < 0x80 }, "\(found.output)") }
            }
        }
    }

    @Test("stats draw with ASCII where the locale says so, and with blocks where it is UTF-8")
    func locale() async throws {
        let gateway = try Samples.gateway()
        for (variables, isUnicode) in [
            (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true), (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false), ([:], false),
            (["LC_CTYPE": "de_DE.UTF-8@euro"], true), (["LANG": "de_DE.ISO-8859-1"], false), (["LC_ALL": "", "LANG": "C.UTF-8"], true),
        ] {
            let found = try await Peta.run("audit", "stats", gateway: gateway, variables: variables, width: 80)
            #expect(found.output.contains("█") == isUnicode, "\(variables)")
            #expect(found.output.contains("#") == !isUnicode)
        }
    }

    @Test("stats ask for the last day unless told otherwise, with the filters that are given")
    func asked() async throws {
        let gateway = try Samples.gateway()
        _ = try await Peta.run("audit", "stats", gateway: gateway, width: 80)
        _ = try await Peta.run("audit", "stats", "--since", "1h", "--until", "30m", "--user", "alice", "--by", "tool", gateway: gateway)
        #expect(
            gateway.requests.map(\.target) == [
                "/v1/audit/summary?since=2026-03-08T17%3A00%3A00.000Z&until=2026-03-09T17%3A00%3A00.000Z&buckets=68&top=5",
                "/v1/audit/summary?user=alice&since=2026-03-09T16%3A00%3A00.000Z&until=2026-03-09T16%3A30%3A00.000Z&buckets=68&top=20",
            ])
    }

    @Test(
        "wrong words and numbers are usage errors that say what is expected",
        arguments: [
            ["audit", "stats", "--by", "usr"], ["audit", "stats", "--top", "0"], ["audit", "stats", "--since", "yesterday"],
            ["audit", "stats", "--outcome", "fine"], ["audit", "report"], ["audit", "report", "-o", "x.html", "--top", "101"],
            ["audit", "export", "--format", "xml"], ["audit", "export", "--kind", "cal"], ["audit", "verify", "--anchor"],
        ])
    func usage(arguments: [String]) async throws {
        let found = try await Peta.run(list: arguments)
        #expect(found.code == 64 && found.output.isEmpty && found.errors.contains("--"))
    }

    // MARK: report

    @Test("the report needs nothing else, runs nothing, and keeps what others chose from being markup")
    func report() async throws {
        let gateway = try Samples.gateway()
        let found = try await Peta.run(
            "audit", "report", "--title", "A <b> & \"c\"", "--verify", "-o", "-", gateway: gateway, variables: Self.utf8)
        #expect(found.code == 0 && found.errors.isEmpty)
        let html = found.output
        #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
        #expect(html.contains("<title>A &lt;b&gt; &amp; &quot;c&quot;</title>"))
        for word in ["<script", "javascript:", "http://", "https://", "@import", "url(", "<img", "<link", "<iframe", "<object"] {
            #expect(!html.lowercased().contains(word), "\(word)")
        }
        // The hostile names of the sample, as text.
        #expect(html.contains("&lt;img src=x onerror=alert(1)&gt;::&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;"))
        #expect(html.contains("\\u{202e}") && !html.contains("\u{202e}") && html.contains("\\u{1b}[31m"))
        #expect(html.contains("Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\""))
        #expect(html.contains("The chain of 1,200 records is whole."))
        for title in [
            "Calls over time", "Latency of answered calls", "Users", "Servers", "Tools, resources and prompts", "What was decided",
            "How calls ended", "What went wrong", "Approvals", "How long people took",
        ] { #expect(html.contains("<h2>\(title)</h2>"), "\(title)") }
        try balanced(html)
    }

    @Test("a report of no calls, of one, and of one moment is a page too")
    func small() async throws {
        var empty = AuditFigures(from: Peta.now, to: Peta.now, bucketSeconds: 1)
        var one = empty
        one.calls = 1
        one.outcomes.ok = 1
        one.buckets = [.init(start: Peta.now, outcomes: one.outcomes, p50Ms: 0, p99Ms: 0)]
        one.latency.count = 1
        one.latency.p50Ms = 0
        one.latency.bars = [.init(upToMs: 1, count: 1), .init(upToMs: nil, count: 0)]
        empty.acts = 3
        for figures in [empty, one] {
            let answer = String(decoding: try AdminJSON.encode(figures), as: UTF8.self)
            let gateway = try FakeGateway { _ in .json(answer) }
            let found = try await Peta.run("audit", "report", "-o", "-", gateway: gateway)
            #expect(found.code == 0)
            #expect(!found.output.contains("nan") && !found.output.contains("inf\""))
            try balanced(found.output)
            let stats = try await Peta.run("audit", "stats", gateway: gateway, width: 20)
            #expect(stats.code == 0 && stats.output.contains(figures.calls == 0 ? "no calls, 3 acts" : "1 call"))
        }
    }

    @Test("the file is written at once, for its owner only, and what was there stays where that does not work")
    func file() async throws {
        let gateway = try Samples.gateway()
        try await TemporaryDirectory.with { directory in
            let path = directory + "/report.html"
            let found = try await Peta.run("audit", "report", "-o", path, gateway: gateway)
            #expect(found.code == 0 && found.output.hasPrefix("\(path): 12,345 calls, "))
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
            let json = try await Peta.run("audit", "report", "-o", path, "--json", gateway: gateway)
            #expect(json.output.contains("\"calls\": 12345") && json.output.contains("\"verified\": null"))
            for bad in [directory + "/none/report.html", directory, "/dev/null"] {
                let failed = try await Peta.run("audit", "report", "-o", bad, gateway: gateway)
                #expect(failed.code != 0 && failed.errors.contains(bad), "\(failed.errors)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["report.html"])
            // The daemon goes away in the middle of an export.
            try "old".write(toFile: directory + "/a.csv", atomically: true, encoding: .utf8)
            let breaking = try FakeGateway { _ in
                .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nseq,t\r\n", closes: true)
            }
            let broken = try await Peta.run("audit", "export", "-o", directory + "/a.csv", gateway: breaking)
            #expect(broken.code == 69)
            #expect(try String(contentsOfFile: directory + "/a.csv", encoding: .utf8) == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["a.csv", "report.html"])
        }
    }

    // MARK: export

    @Test("export writes what the daemon sends, to a file or to standard output, as the name or --format says")
    func export() async throws {
        let gateway = try Samples.gateway()
        #expect(try await Peta.run("audit", "export", gateway: gateway).output == Samples.record + "\n")
        try await TemporaryDirectory.with { directory in
            let path = directory + "/a.CSV"
            let found = try await Peta.run("audit", "export", "--user", "alice", "-o", path, gateway: gateway)
            #expect(found.code == 0 && found.output == "\(path): \(Amount.bytes(Int64(Samples.record.utf8.count + 1))) of CSV\n")
            #expect(gateway.requests.last?.target == "/v1/audit/export?user=alice&format=csv")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == Samples.record + "\n")
            _ = try await Peta.run("audit", "export", "--format", "ndjson", "-o", path, gateway: gateway)
            #expect(gateway.requests.last?.target == "/v1/audit/export?format=ndjson")
        }
    }

    // MARK: verify, anchors

    @Test("verify compares with the anchors of a file, and says what they show")
    func anchors() async throws {
        let line = #"{"instance":"0123456789abcdef","seq":7}"#
        try await TemporaryDirectory.with { directory in
            let path = directory + "/anchors"
            for (content, code, words) in [
                ("", Int32(65), "holds no anchor"), ("\n\n", 65, "holds no anchor"), ("{}\nhello\n", 65, "line 2 is no anchor"),
                (String(repeating: "x", count: 600), 65, "line 1 is no anchor"),
            ] {
                try content.write(toFile: path, atomically: true, encoding: .utf8)
                let found = try await Peta.run("audit", "verify", "--anchor", path)
                #expect(found.code == code && found.errors.contains(words), "\(found.errors)")
            }
            let missing = try await Peta.run("audit", "verify", "--anchor", path + "x")
            #expect(missing.code != 0 && missing.errors.contains(path + "x"))
            try (String(repeating: line + "\n", count: 1500)).write(toFile: path, atomically: true, encoding: .utf8)
            for (bad, words) in [
                (AuditVerdict.Anchors.Anchored?.none, "It holds what 998 anchors said, the newest of record 7"),
                (.init(seq: 9, at: Peta.now, reason: "tail_cut"), "The end was cut: record 9"),
                (.init(seq: 9, at: Peta.now, reason: "rewritten"), "The log was rewritten: record 9"),
                (.init(seq: 9, at: Peta.now, reason: "foreign"), "was not made by this log"),
            ] {
                let verdict = AuditVerdict(
                    ok: bad == nil, records: 3, head: "ab", firstBad: nil, checkpoint: .init(seq: 4, removed: 4, at: Peta.now),
                    anchors: .init(checked: 1000, removed: 2, newest: .init(seq: 7, at: Peta.now), bad: bad))
                let answer = String(decoding: try AdminJSON.encode(verdict), as: UTF8.self)
                let gateway = try FakeGateway { _ in .json(answer) }
                let found = try await Peta.run("audit", "verify", "--anchor", path, gateway: gateway)
                #expect(found.code == (bad == nil ? 0 : 1) && found.output.contains(words), "\(found.output)")
                #expect(found.output.contains("The chain is whole: 3 records.") && found.output.contains("Proven from record 5 on"))
                #expect(found.output.contains("2 anchors could not be compared"))
                #expect(gateway.requests.first?.text.components(separatedBy: "0123456789abcdef").count == 1001)
            }
        }
    }

    @Test("an anchor is one line for a file; a place that does not take one is an exit code of 1")
    func anchor() async throws {
        let gateway = try Samples.gateway()
        let found = try await Peta.run("audit", "anchor", gateway: gateway)
        #expect(found.output == Samples.anchorLine + "\n" && found.code == 0)
        let put = try await Peta.run("audit", "anchor", "--put", gateway: gateway)
        #expect(put.code == 1 && put.output.contains("No space left on device"))
        #expect(gateway.requests.map(\.method) == ["GET", "POST"])
    }

    /// Every tag that is opened is closed, in order.
    private func balanced(_ html: String) throws {
        let void: Set<String> = ["meta", "!doctype"]
        var open: [String] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            let end = try #require(rest[start...].firstIndex(of: ">"))
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            #expect(!tag.contains("src=") && !tag.contains("href") && !tag.contains(" on"), "\(tag)")
            let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }.lowercased()
            if tag.hasPrefix("/") {
                try #require(open.popLast() == name)
            } else if !tag.hasSuffix("/"), !void.contains(name) {
                open.append(name)
            }
        }
        #expect(open.isEmpty)
    }
}
