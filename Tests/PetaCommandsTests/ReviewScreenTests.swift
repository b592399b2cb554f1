import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct ReviewScreenTests {
    private static let hostile = #"""
        {"to":"bob\u202e\u200b","text":"Dear all,\nthe \u001b[31mred\u001b[0m line\nlast","url":"https://bank.com@evil.com/x",
        "аmount":1.50,"empty":{},"list":[],"flags":[true,null,-1e3],"漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字":"漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"}
        """#

    private static func entry() -> ApprovalEntry {
        var entry = ReviewRig.entry("ap_1", user: "alice\u{1B}]0;x\u{7}", tool: "transfеr", arguments: hostile, cut: true)
        entry.client = .init(name: "claude\u{200B}-code", version: "1.2")
        entry.address = "127.0.0.1"
        entry.title = "Send money \u{202E}"
        entry.description = "Sends.\na approve  r reject\n--------\u{1B}[2J"
        entry.annotations = RawJSON(trusted: Array(#"{"readOnlyHint":true}"#.utf8))
        entry.decisions = [.init(by: "uid:7", role: "admin", channel: "api", verdict: "approved", at: Samples.time, reason: "fine\u{7}")]
        entry.approvers = 2
        return entry
    }

    @Test("the screen is as checked in", arguments: [(24, 80), (40, 80), (10, 40), (6, 20), (3, 20), (2, 10), (1, 20), (60, 132)])
    func golden(_ rows: Int, _ columns: Int) throws {
        var rig = ReviewRig(rows: rows, columns: columns)
        rig.wait(Self.entry(), ReviewRig.entry("ap_2", user: "alice\u{1B}]0;x\u{7}"), ReviewRig.entry("ap_3", user: "bob"))
        var text = rig.screen
        for _ in 0..<100 { rig.press("j", after: 0) }
        text += "== scrolled\n" + rig.screen
        rig.press("dG")
        text += "== details\n" + rig.screen
        rig.press("r")
        rig.press("because it is too much for a day like this one and more")
        text += "== reason\n" + rig.screen
        rig.press(.escape)
        rig.press("l")
        text += "== list\n" + rig.screen
        rig.press("q")
        rig.press("?")
        text += "== help\n" + rig.screen
        try Golden.check(text, "review/\(rows)x\(columns).txt")
    }

    @Test("nothing of what is asked reaches the terminal unescaped, whatever its size")
    func safe() {
        for (rows, columns) in [(24, 80), (5, 7), (1, 1), (100, 200)] {
            var rig = ReviewRig(rows: rows, columns: columns)
            rig.wait(Self.entry())
            rig.press("d")
            for _ in 0..<200 {
                rig.press("j", after: 0)
                #expect(
                    rig.screen.unicodeScalars.allSatisfy { $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory) })
                #expect(rig.rows.allSatisfy { DisplayWidth.of($0) <= max(2, columns) })
            }
        }
    }

    @Test("every character of the arguments is on the screen while it is scrolled, in any width", arguments: [9, 20, 37, 80, 300])
    func complete(_ columns: Int) {
        var rig = ReviewRig(rows: 9, columns: columns)
        let text = (0..<400).map { String($0, radix: 36) }.joined()
        rig.wait(ReviewRig.entry("one", arguments: #"{"text":"\#(text)"}"#))
        var rows: [String] = []
        while rows.count < 1000 {
            // The body; the title is above it.
            let body = Array(rig.rows[1...6])
            rig.press("j", after: 0)
            if Array(rig.rows[1...6]) == body {
                rows += body
                break
            }
            rows.append(body[0])
        }
        let joined = rows.map { row in
            row.firstIndex(of: "|").map { String(row[row.index($0, offsetBy: 2)...]) } ?? row
        }.joined()
        #expect(joined.contains(text))
        #expect(rig.press("a").decisions == ["allow one"])
    }

    @Test("a long flood of requesters and calls is listed within bounds")
    func flood() {
        var rig = ReviewRig()
        rig.send(.connected)
        for number in 0..<3000 { _ = rig.tell("waiting", ReviewRig.entry("a\(number)", user: "u\(number % 10)")) }
        rig.send(.told(ApprovalEvent(event: "ready")))
        #expect(rig.shows("3000 calls waiting, 299 more from u0"))
        rig.press("l")
        #expect(rig.shows("u1: 300 calls") && rig.shows("and 295 more"))
    }

    @Test("what is no JSON is shown as it is")
    func noJSON() {
        var rig = ReviewRig()
        rig.wait(ReviewRig.entry("one", arguments: "{\u{1B}"))
        #expect(rig.shows("{\\u{1b}"))
    }
}
