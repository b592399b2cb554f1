import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: streams that are resumed")
struct UpstreamResumeTests {
    static func progressCall(_ steps: Int, ms: Int, id: Int = 1) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"demo__progress","#
            + #""arguments":{"steps":\#(steps),"ms":\#(ms)},"_meta":{"progressToken":1}}}"#
    }

    /// What the messages of a progress call say: its steps, and at the end `answer`.
    static func steps(_ events: [StreamEvent]) throws -> [String] {
        try events.filter { !$0.data.isEmpty }.map { event in
            let message = try JSONSerialization.jsonObject(with: Data(event.data.utf8)) as? [String: Any]
            if let step = (message?["params"] as? [String: Any])?["progress"] as? Int { return "\(step)" }
            return message?["result"] != nil ? "answer" : message?["error"] != nil ? "error" : "?"
        }
    }

    private static func all(_ stream: RawHTTP) throws -> [StreamEvent] {
        var events: [StreamEvent] = []
        while let event = try stream.event() { events.append(event) }
        return events
    }

    /// Asks to resume and gives the status.
    private static func status(_ session: MCPConnection, after id: String, token: String? = nil) throws -> Int {
        let http = try RawHTTP(port: session.port)
        var fields =
            session.fields.filter { !["Content-Type", "Accept"].contains($0.0) } + [("Accept", "text/event-stream"), ("Last-Event-ID", id)]
        if let token { fields = fields.map { $0.0 == "Authorization" ? ($0.0, "Bearer \(token)") : $0 } }
        try http.send("GET", "/mcp", fields)
        return try http.responseHead().status
    }

    @Test("every event has an id of its own; a stream begins with one for sessions of 2025-11-25, and for older ones not")
    func ids() throws {
        try UpstreamSite.run { site in
            for revision in ["2025-03-26", "2025-06-18", "2025-11-25"] {
                let session = try site.open(revision: revision)
                let stream = try session.openStream()
                var events: [StreamEvent] = []
                for id in 1...2 {
                    try session.send(Self.progressCall(2, ms: 1, id: id))
                    _ = try session.http.responseHead()
                    let own = try Self.all(session.http)
                    #expect(own.first?.data.isEmpty == (revision == "2025-11-25"))
                    if revision == "2025-11-25" { #expect(own.first?.retry != nil && own.first?.id != nil) }
                    #expect(try Self.steps(own) == ["1", "2", "answer"])
                    events += own
                }
                if revision == "2025-11-25" {
                    let first = try #require(try stream.event())
                    #expect(first.data.isEmpty && first.retry != nil)
                    events.append(first)
                }
                _ = try session.call("demo__grow")
                let change = try #require(try stream.event())
                #expect(change.data.contains("notifications/tools/list_changed"))
                events.append(change)
                let ids = events.compactMap(\.id)
                #expect(ids.count == events.count && Set(ids).count == ids.count, "\(ids)")
                stream.close()
            }
        }
    }

    @Test("a call whose connection drops after any event goes on, and the rest of its stream comes once and in order", arguments: 0...5)
    func dropped(after count: Int) throws {
        try UpstreamSite.run { site in
            for steps in [4] {
                let session = try site.open()
                try session.send(Self.progressCall(steps, ms: 30))
                _ = try session.http.responseHead()
                var seen = [try #require(try session.http.event())]
                for _ in 0..<count { seen.append(try #require(try session.http.event())) }
                session.http.close()
                let resumed = try session.openStream(lastEventID: seen.last?.id)
                seen += try Self.all(resumed)
                #expect(try Self.steps(seen) == ["1", "2", "3", "4", "answer"])
                // The same again, from another connection, as long as it is kept.
                let again = try Self.all(try session.openStream(lastEventID: seen[count].id))
                #expect(try Self.steps(again) == Array(try Self.steps(seen).dropFirst(count)))
            }
        }
    }

    @Test("a call that ended while nobody was there is replayed whole")
    func endedMeanwhile() throws {
        try UpstreamSite.run { site in
            let session = try site.open(revision: "2025-06-18")
            try session.send(Self.progressCall(3, ms: 5))
            _ = try session.http.responseHead()
            let first = try #require(try session.http.event())
            session.http.close()
            try eventually("the call has ended") {
                try Self.all(try session.openStream(lastEventID: first.id)).contains { $0.data.contains("\"result\"") }
            }
            #expect(try Self.steps(try Self.all(try session.openStream(lastEventID: first.id))) == ["2", "3", "answer"])
        }
    }

    @Test("what the general stream missed comes when it is resumed, exactly that, and then goes on live")
    func general() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let worker = try site.open()
            func log(_ text: String) throws { _ = try worker.call("demo__log", #"{"level":"error","message":"\#(text)"}"#) }
            func text(_ event: StreamEvent?) throws -> String? {
                let message = try JSONSerialization.jsonObject(with: Data((event?.data ?? "").utf8)) as? [String: Any]
                return (message?["params"] as? [String: Any])?["data"] as? String
            }
            var stream = try session.openStream()
            #expect(try stream.event()?.data == "")
            try log("a")
            let first = try #require(try stream.event())
            #expect(try text(first) == "a")
            stream.close()
            for word in ["b", "b", "c"] { try log(word) }
            let witness = try worker.openStream()
            _ = try witness.event()
            try log("d")
            while let event = try witness.event(), try text(event) != "d" {}
            stream = try session.openStream(lastEventID: first.id)
            #expect(try stream.event()?.id == first.id)
            var last: StreamEvent?
            for word in ["b", "b", "c", "d"] {
                last = try stream.event()
                #expect(try text(last) == word)
            }
            try log("e")
            #expect(try text(try stream.event()) == "e")
            // A stream that is opened anew gets nothing that was delivered; another one is refused while it is open.
            stream.close()
            var fresh: RawHTTP?
            try eventually("the stream is free") {
                fresh = try? session.openStream()
                return fresh != nil
            }
            _ = try fresh?.event()
            try log("f")
            #expect(try text(try fresh?.event()) == "f")
            #expect(throws: TestFailure.self) { try session.openStream() }
        }
    }

    @Test("whoever resumes takes the stream over from a connection that still has it, and that one is closed")
    func takeOver() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let first = try session.openStream()
            let start = try #require(try first.event()?.id)
            let second = try session.openStream(lastEventID: start)
            #expect(try first.event() == nil)
            #expect(try first.isClosedByPeer())
            _ = try second.event()
            _ = try session.call("demo__grow")
            #expect(try second.message()?["method"] as? String == "notifications/tools/list_changed")
            // The stream of a call, from the connection of its POST and from one that resumed it.
            try session.send(Self.progressCall(10_000, ms: 10, id: 77))
            _ = try session.http.responseHead()
            var seen: [StreamEvent] = []
            for _ in 0..<3 { seen.append(try #require(try session.http.event())) }
            for _ in 0..<3 {
                let next = try session.openStream(lastEventID: seen.last?.id)
                let repeated = try next.event()
                #expect(repeated?.id == seen.last?.id && repeated?.data == "")
                for _ in 0..<3 { seen.append(try #require(try next.event())) }
                if seen.count > 11 {
                    _ = try site.beside(session).post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#)
                    seen += try Self.all(next)
                }
            }
            while try session.http.event() != nil {}
            #expect(try session.http.isClosedByPeer())
            let steps = try Self.steps(seen)
            #expect(steps == (1..<steps.count).map { "\($0)" } + ["error"])
        }
    }

    @Test("ids that were never given out, of other sessions or without sense are refused, and nobody else's session is seen")
    func refused() throws {
        try UpstreamSite.run { site in
            let alice = try site.user("alice", grants: ["demo"])
            let session = try site.open()
            try session.send(Self.progressCall(2, ms: 1))
            _ = try session.http.responseHead()
            let events = try Self.all(session.http)
            let id = try #require(events.first?.id)
            #expect(try Self.status(session, after: id) == 200)
            for bad in ["9-1", "1-9", "1-", "-", "x", "0-1", "1-01", "\(id)\(id)", String(repeating: "1", count: 5000), "1-1,1-1", "é"] {
                #expect(try Self.status(session, after: bad) == 400, "\(bad.prefix(20))")
            }
            // Another session of the same user does not know the stream.
            #expect(try Self.status(try site.open(), after: id) == 400)
            // For another user the session is not there, whatever the id.
            for some in [id, "9-1"] { #expect(try Self.status(session, after: some, token: alice) == 404) }
            #expect(try session.end().status == 200)
            #expect(try Self.status(session, after: id) == 404)
        }
    }

    @Test("what is beyond the bounds is gone, and a stream with a gap is refused rather than replayed")
    func bounds() throws {
        try UpstreamSite.run(configuration: "limits:\n  streamEvents: 4\n") { site in
            let session = try site.open()
            try session.send(Self.progressCall(9, ms: 1))
            _ = try session.http.responseHead()
            let events = try Self.all(session.http)
            #expect(events.count == 11)
            for (place, event) in events.enumerated() {
                let id = try #require(event.id)
                #expect(try Self.status(session, after: id) == (place < 6 ? 400 : 200), "\(id)")
            }
            // The connection of a client that is not heard of is not what bounds are for: later streams are kept again.
            try session.send(Self.progressCall(2, ms: 1))
            _ = try session.http.responseHead()
            let later = try Self.all(session.http)
            #expect(try Self.steps(try Self.all(try session.openStream(lastEventID: later.first?.id))) == ["1", "2", "answer"])
        }
    }

    @Test("behind the full codec streams are resumed as well")
    func codec() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            try session.send(Self.progressCall(4, ms: 20))
            _ = try session.http.responseHead()
            let first = try #require(try session.http.event())
            session.http.close()
            let http = try RawHTTP(port: site.port)
            // An absolute target is not for the byte-level reader.
            let fields = session.fields.filter { !["Content-Type", "Accept"].contains($0.0) }
            try http.send(
                "GET", "http://127.0.0.1:\(site.port)/mcp", fields + [("Accept", "text/event-stream"), ("Last-Event-ID", first.id ?? "")])
            #expect(try http.responseHead().status == 200)
            #expect(try Self.steps(try Self.all(http)) == ["1", "2", "3", "4", "answer"])
        }
    }
}
