import PetaDownstream
import Testing

/// What is kept of what servers write.
@Suite("Server log") struct ServerLogTests {
    private func log() -> ServerLog { ServerLog(clock: { 12.5 }) }

    @Test("the newest lines are kept, oldest first, and no more than the limit")
    func bounds() {
        let log = log()
        #expect(log.tail(10).isEmpty)
        for n in 0..<ServerLog.capacity * 2 + 7 {
            log.add("\(n)", .stderr)
            let expected = (max(0, n + 1 - ServerLog.capacity)...n).suffix(3).map { "\($0)" }
            if log.tail(3).map(\.text) != expected { Issue.record("\(log.tail(3).map(\.text)) after \(n)") }
        }
        let all = log.tail(.max)
        #expect(all.count == ServerLog.capacity)
        #expect(all.first?.text == "\(ServerLog.capacity + 7)" && all.last?.text == "\(ServerLog.capacity * 2 + 6)")
        #expect(log.tail(0).isEmpty && log.tail(-5).isEmpty)
    }

    @Test("a line keeps its time and its source")
    func lines() {
        let log = log()
        log.add("a", .stdout)
        log.add("", .gateway)
        #expect(log.tail(2).map(\.source) == [.stdout, .gateway])
        #expect(log.tail(1).first?.time == 12.5)
    }

    @Test("a long line is cut to about the limit, between characters or not")
    func longLines() {
        let log = log()
        let limit = ServerLog.lineLimit
        log.add(String(repeating: "a", count: limit), .stderr)
        #expect(log.tail(1).first?.text == String(repeating: "a", count: limit))
        for lead in 0..<4 {
            let start = String(repeating: "a", count: lead) + String(repeating: "🜂", count: limit / 4 - 2)
            log.add(start + String(repeating: "🜂", count: 100_000), .stderr)
            let text = log.tail(1).first?.text ?? ""
            #expect(text.hasPrefix(start) && text.hasSuffix("…"))
            // The mark and at most one replaced character come on top.
            #expect(text.utf8.count <= limit + 6)
        }
    }

    @Test("a follower gets the newest lines and then what comes, and the end")
    func follow() async {
        let log = log()
        for n in 0..<5 { log.add("\(n)", .stderr) }
        let lines = log.follow(2)
        log.add("5", .stderr)
        log.add("6", .stderr)
        log.finish()
        var seen: [String] = []
        for await line in lines { seen.append(line.text) }
        #expect(seen == ["3", "4", "5", "6"])
        #expect(log.tail(1).first?.text == "6")
    }

    @Test("a follower that does not read holds nobody up and loses the oldest lines")
    func slowFollower() async {
        let log = log()
        let lines = log.follow(0)
        for n in 0..<3_000 { log.add("\(n)", .stderr) }
        log.finish()
        var seen: [String] = []
        for await line in lines { seen.append(line.text) }
        #expect(seen.count == 1_000)
        #expect(seen.first == "2000" && seen.last == "2999")
    }

    @Test("a follower that goes away is forgotten while others go on")
    func leaving() async {
        let log = log()
        let stays = log.follow(0)
        let leaves = log.follow(0)
        let task = Task { for await _ in leaves { break } }
        log.add("a", .stderr)
        await task.value
        log.add("b", .stderr)
        log.finish()
        var seen: [String] = []
        for await line in stays { seen.append(line.text) }
        #expect(seen == ["a", "b"])
    }

    @Test("who follows while lines are written sees them in order, none twice")
    func racing() async {
        for _ in 0..<50 {
            let log = log()
            for n in 0..<100 { log.add("\(n)", .stderr) }
            let writer = Task.detached { for n in 100..<400 { log.add("\(n)", .stderr) } }
            let lines = log.follow(50)
            await writer.value
            log.finish()
            var seen: [Int] = []
            for await line in lines { seen.append(Int(line.text) ?? -1) }
            #expect(seen == Array((seen.first ?? 0)..<400))
        }
    }
}
