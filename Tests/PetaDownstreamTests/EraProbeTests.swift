import PetaDownstream
import PetaWire
import Testing

/// What comes of asking a server for its era, in the order of the MCP reference, section 3.3.
@Suite("Finding out the era") struct EraProbeTests {
    private static let modern = #"{"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}}"#
    private static let refusal = #"{"error":{"code":-32601,"message":"no"}}"#

    private func error(_ code: Int, _ supported: String? = nil) -> String {
        #"{"error":{"code":\#(code),"message":"no"\#(supported.map { #","data":{"supported":\#($0)}"# } ?? "")}}"#
    }

    /// The word for what is to be done.
    private func step(_ outcome: EraProbe.Outcome, _ choice: ServerDefinition.ProtocolChoice = .auto) -> String {
        var probe = EraProbe(choice: choice)
        return word(probe.next(outcome))
    }

    private func word(_ step: EraProbe.Step) -> String {
        switch step {
        case .ask: "ask"
        case .modern(let found): "modern " + found.era.revision
        case .handshake: "handshake"
        case .handshakeAnew: "handshakeAnew"
        case .fail: "fail"
        }
    }

    private func said(_ text: String, _ status: Int? = nil) throws -> EraProbe.Outcome { .answered(status: status, try JSON.parse(text)) }

    @Test("a DiscoverResult with a revision that Peta speaks is the modern era", arguments: [nil, 200, 202])
    func discovered(status: Int?) throws {
        #expect(step(try said(Self.modern, status)) == "modern 2026-07-28")
        let both = #"{"result":{"resultType":"complete","supportedVersions":["2025-11-25","2026-07-28"],"capabilities":{}}}"#
        #expect(step(try said(both, status)) == "modern 2026-07-28")
        var probe = EraProbe(choice: .auto)
        let full = """
            {"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"instructions":"i",
             "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"n","version":"1"}}}}
            """
        guard case .modern(let found) = probe.next(try said(full, status)) else { return #expect(Bool(false)) }
        #expect(found.software == "n 1" && found.instructions == "i" && found.session == nil)
    }

    @Test(
        "a result that is no DiscoverResult is the legacy era",
        arguments: [
            "{}", #"{"capabilities":{}}"#, #"{"supportedVersions":["2026-07-28"]}"#,
            #"{"supportedVersions":"2026-07-28","capabilities":{}}"#,
            #"{"supportedVersions":["2026-07-28"],"capabilities":[]}"#, "[]", #""x""#, "null",
            #"{"supportedVersions":["2026-07-28"],"capabilities":{},"resultType":"input_required"}"#,
        ])
    func noDiscovery(result: String) throws {
        #expect(step(try said("{\"result\":\(result)}")) == "handshake")
        #expect(step(try said("{\"result\":\(result)}", 200)) == "handshake")
        #expect(step(try said("{\"result\":\(result)}"), .modern) == "fail")
    }

    @Test("a server that lists legacy revisions alone gets its handshake, one that lists foreign ones is given up")
    func foreignVersions() throws {
        let legacy = #"{"result":{"supportedVersions":["2025-06-18"],"capabilities":{}}}"#
        let foreign = #"{"result":{"supportedVersions":["2027-01-01"],"capabilities":{}}}"#
        for status in [nil, 200] {
            #expect(step(try said(legacy, status)) == "handshake")
            #expect(step(try said(foreign, status)) == "fail")
        }
    }

    @Test(
        "over stdio every error but -32022 with its revisions is the legacy era",
        arguments: [-32601, -32602, -32600, -32020, -32021, -32022, -32001, 0])
    func otherErrors(code: Int) throws {
        #expect(step(try said(error(code))) == "handshake")
        #expect(step(try said(error(code)), .modern) == "fail")
    }

    @Test("-32022 says what to do by the revisions that it lists")
    func unsupported() throws {
        for (status, code) in [(nil, -32022), (400, -32022), (400, -32001), (400, -32004)] as [(Int?, Int)] {
            #expect(step(try said(error(code, #"["2025-11-25"]"#), status)) == "handshake")
            #expect(step(try said(error(code, #"["2025-11-25"]"#), status), .modern) == "fail")
            #expect(step(try said(error(code, #"["2027-01-01"]"#), status)) == "fail")
            #expect(step(try said(error(code, "[]"), status)) == "fail")
            // It refuses what it lists: asked once more, and not a third time.
            var probe = EraProbe(choice: .auto)
            let same = try said(error(code, #"["2026-07-28"]"#), status)
            #expect(word(probe.next(same)) == "ask")
            #expect(word(probe.next(same)) == "fail")
        }
    }

    @Test("over HTTP the errors of the modern era are never a reason to fall back", arguments: [-32020, -32021, -32022])
    func modernErrors(code: Int) throws {
        var probe = EraProbe(choice: .auto)
        #expect(word(probe.next(try said(error(code), 400))) == "ask")
        #expect(word(probe.next(try said(Self.modern, 200))) == "modern 2026-07-28")
        probe = EraProbe(choice: .auto)
        #expect(word(probe.next(try said(error(code), 400))) == "ask")
        #expect(word(probe.next(try said(error(code), 400))) == "fail")
    }

    @Test("over HTTP any other refusal is the legacy era, but not one of credentials, of the server's health, or of the network")
    func refusals() throws {
        for status in [200, 400, 404, 405, 406, 415, 422, 429] {
            #expect(step(try said(Self.refusal, status)) == "handshake", "\(status)")
            #expect(step(try said(error(-32001), status)) == "handshake", "\(status)")
            #expect(step(.unusable(status: status)) == "handshake", "\(status)")
            #expect(step(.unusable(status: status), .modern) == "fail", "\(status)")
        }
        for status in [401, 403, 500, 502, 503] {
            #expect(step(try said(Self.refusal, status)) == "fail", "\(status)")
            #expect(step(.unusable(status: status)) == "fail", "\(status)")
        }
        #expect(step(.unreachable(.notSent("no"))) == "fail")
        #expect(step(try said(Self.modern, 400)) == "handshake")
    }

    @Test("silence and nonsense are the legacy era, the end of the process as well, on a new one")
    func silence() {
        #expect(step(.silent) == "handshake")
        #expect(step(.garbled) == "handshake")
        #expect(step(.ended("it exited", hasRead: true)) == "handshakeAnew")
        for outcome in [EraProbe.Outcome.silent, .garbled, .ended("it exited", hasRead: true)] { #expect(step(outcome, .modern) == "fail") }
    }

    @Test("the end of a process that had not read the question says nothing of its era")
    func unread() {
        #expect(step(.ended("it exited", hasRead: false)) == "fail")
        #expect(step(.ended("it exited", hasRead: false), .modern) == "fail")
    }

    @Test("the verdict is kept with what the server offers")
    func kept() {
        for era in [nil, Era.modern("2026-07-28"), .legacy("2025-06-18")] {
            var capabilities = Capabilities()
            capabilities.era = era
            #expect(Capabilities(document: capabilities.document) == capabilities)
        }
    }
}
