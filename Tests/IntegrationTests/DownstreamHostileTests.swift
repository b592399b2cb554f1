import Foundation
import PetaTestSupport
import Testing

@Suite("stdio servers that do what they should not")
struct DownstreamHostileTests {
    @Test("garbage on standard output is logged and harms no call")
    func garbage() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let client = try rig.client()
        #expect(try client.callText("bad::garbage") == "made a mess")
        #expect(try client.callText("bad::echo", #"{"text":"fine"}"#) == "fine")
        #expect(try rig.gateway.expect("server", "logs", "bad", "-n", "200").contains("hello, world"))
        #expect(rig.noted("starts").count == 1)
        client.http.close()
        try rig.finish()
    }

    @Test("100 MB on standard error neither stop the server nor fill the gateway's memory")
    func flood() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let (client, other) = (try rig.client(), try rig.client())
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        let before = rig.gateway.residentBytes
        try client.sendCall("bad::flood", #"{"megabytes":100}"#)
        // Others go on meanwhile.
        #expect(try other.callText("bad::echo", #"{"text":"y"}"#) == "y")
        #expect(try client.http.response().toolText == "flooded")
        #expect(rig.gateway.residentBytes - before < 24 << 20)
        let lines = try rig.gateway.expect("server", "logs", "bad", "-n", "100000", "--json").split(separator: "\n")
        #expect(lines.count < 20_000)
        [client, other].forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("an answer over limits.resultBytes ends its call with an error and no other")
    func tooLarge() throws {
        let rig = try DownstreamRig(["PETA_LIMITS_RESULT_BYTES": "65536"])
        try rig.addBad()
        let (client, other) = (try rig.client(), try rig.client())
        try other.sendCall("bad::sleep", #"{"ms":500}"#)
        let error = try client.callError("bad::wide", #"{"bytes":100000}"#)
        #expect(error.code == -32603)
        #expect(error.message.contains("larger"))
        #expect(try client.callError("bad::wide", #"{"bytes":20000000}"#).code == -32603)
        #expect(try client.callText("bad::wide", #"{"bytes":60000}"#).count == 60000)
        #expect(try other.http.response().toolText == "slept")
        #expect(try rig.outcomes("wide") == ["error", "error", "ok"])
        #expect(rig.noted("starts").count == 1)
        [client, other].forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("a call that is never answered times out after the server's own limit; the next is served")
    func never() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--call-timeout", "1"])
        let client = try rig.client()
        let begun = monotonicSeconds()
        #expect(try client.callError("bad::never").code == -32001)
        #expect(monotonicSeconds() - begun > 0.9)
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try rig.outcomes("never") == ["timeout"])
        client.http.close()
        try rig.finish()
    }

    @Test("progress keeps a call alive past its timeout, silence ends it")
    func progress() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--call-timeout", "1"])
        let client = try rig.client()
        let call = #"{"name":"bad::progress","arguments":{"steps":6,"ms":400},"_meta":{"progressToken":"p"}}"#
        let response = try client.request("tools/call", call)
        #expect(response.toolText == "done")
        #expect(try response.messages.filter { $0["method"] as? String == "notifications/progress" }.count == 6)
        #expect(try client.callError("bad::progress", #"{"steps":6,"ms":400}"#).code == -32001)
        client.http.close()
        try rig.finish()
    }

    @Test("no progress keeps a call alive past calls.maxSeconds")
    func progressForever() throws {
        let rig = try DownstreamRig(["PETA_CALLS_MAX_SECONDS": "2", "PETA_CALLS_TIMEOUT_SECONDS": "1"])
        try rig.addBad(options: ["--call-timeout", "1"])
        let client = try rig.client()
        let call = #"{"name":"bad::progress","arguments":{"steps":1000,"ms":100},"_meta":{"progressToken":7}}"#
        let response = try client.request("tools/call", call)
        #expect((try response.answer["error"] as? [String: Any])?["code"] as? Int == -32001)
        #expect(try rig.outcomes("progress") == ["timeout"])
        client.http.close()
        try rig.finish()
    }

    @Test("a server that closes its output but lives on is ended and started anew")
    func hangUp() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let client = try rig.client()
        #expect(try client.callError("bad::hang_up").code == -32603)
        #expect(try client.callText("bad::echo", #"{"text":"back"}"#) == "back")
        #expect(try rig.outcomes("hang_up") == ["lost"])
        #expect(rig.gateway.descendants.count == 1)
        client.http.close()
        try rig.finish()
    }

    @Test("answers with ids of nobody are dropped, and the right one arrives")
    func foreign() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let client = try rig.client()
        #expect(try client.callText("bad::foreign") == "yours")
        #expect(try client.callText("bad::twice") == "first")
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try rig.outcomes("twice") == ["ok"])
        client.http.close()
        try rig.finish()
    }

    @Test("an answer nested too deep is no answer, and others go on")
    func nested() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--call-timeout", "1"])
        let client = try rig.client()
        #expect(try client.callError("bad::nested").code < 0)
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(rig.noted("starts").count == 1)
        client.http.close()
        try rig.finish()
    }

    @Test("no more calls run in a server than its limit allows; the others are told to come back")
    func concurrency() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--max-concurrent", "3"])
        let clients = try (0..<10).map { _ in try rig.client() }
        for client in clients { try client.sendCall("bad::sleep", #"{"ms":400}"#) }
        let answers = try clients.map { try $0.http.response() }
        #expect(answers.filter { $0.toolText == "slept" }.count == 3)
        #expect(answers.filter { $0.status == 503 && $0["retry-after"] != nil }.count == 7)
        #expect(try clients[0].callText("bad::peak") == "3")
        #expect(try rig.outcomes("sleep").count == 10)
        clients.forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("a call that its client cancels ends in the server's sight and is recorded as cancelled")
    func cancelled() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let (client, second) = (try rig.client(), try rig.client())
        try client.sendCall("demo::sleep", #"{"ms":60000}"#, id: 77)
        // The notification has to come with the same session, on another connection.
        let other = try RawHTTP(port: rig.gateway.port)
        try eventually("the call is cancelled") {
            let body = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77,"reason":"enough"}}"#
            try other.send("POST", "/mcp", client.fields, body: Array(body.utf8))
            #expect(try other.response().status == 202)
            return try rig.outcomes("sleep") == ["cancelled"]
        }
        #expect(try second.callText("demo::echo", #"{"text":"x"}"#) == "x")
        #expect(try rig.outcomes("sleep") == ["cancelled"])
        [client, second].forEach { $0.http.close() }
        other.close()
        try rig.finish()
    }
}
