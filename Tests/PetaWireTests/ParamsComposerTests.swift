import PetaWire
import TestRandom
import Testing

/// Params as a server gets them: what is the gateway's is made anew, what is the client's goes byte for byte.
@Suite("Composing params") struct ParamsComposerTests {
    private static let envelope = Array(
        #""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}"#.utf8)

    private func compose(_ params: String, _ change: (inout ParamsComposer, MessageScan) -> Void = { _, _ in }) throws -> String {
        let scanned = try Scanned(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":\#(params)}"#)
        var composer = ParamsComposer()
        composer.progressToken = 77
        change(&composer, scanned.scan)
        var out: [UInt8] = []
        scanned.bytes.withUnsafeBytes { bytes in composer.write(bytes, scanned.scan) { out += $0 } }
        return String(decoding: out, as: UTF8.self)
    }

    static let legacy: [(String, String)] = [
        ("{}", "{}"), (" { } ", "{}"), (#"{"a":1.0}"#, #"{"a":1.0}"#), (#"{ "a" : [1, 2.50] , "b":null}"#, #"{"a" : [1, 2.50],"b":null}"#),
        (#"{"_meta":{}}"#, #"{"_meta":{}}"#), (#"{"_meta":{"progressToken":"p"}}"#, #"{"_meta":{"progressToken":77}}"#),
        (#"{"_meta":{"k" : 1e2,"progressToken": 5 },"a":1}"#, #"{"a":1,"_meta":{"k" : 1e2,"progressToken": 77}}"#),
        (
            #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","x":1,"io.modelcontextprotocol/clientCapabilities":{"roots":{}},"io.modelcontextprotocol/clientInfo":{},"io.modelcontextprotocol/logLevel":"info"},"a":1}"#,
            #"{"a":1,"_meta":{"x":1}}"#
        ),
        (#"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#, #"{"_meta":{}}"#),
        (#"{"_meta":{"io.modelcontextprotocol/other":1}}"#, #"{"_meta":{"io.modelcontextprotocol/other":1}}"#),
        (#"{"inputResponses":{"k":{}},"requestState":"s","a":1,"task":{"ttl":1}}"#, #"{"a":1}"#),
        (
            #"{"arguments":{"_meta":{"progressToken":1},"requestState":"s","task":{}}}"#,
            #"{"arguments":{"_meta":{"progressToken":1},"requestState":"s","task":{}}}"#
        ),
    ]

    @Test("a legacy server gets no envelope and nothing of a round trip", arguments: legacy)
    func toLegacy(params: String, expected: String) throws { #expect(try compose(params) == expected) }

    @Test("a modern server gets the gateway's envelope instead of the client's")
    func toModern() throws {
        let own = String(decoding: Self.envelope, as: UTF8.self)
        func modern(_ params: String) throws -> String { try compose(params) { composer, _ in composer.envelope = Self.envelope } }
        #expect(try modern("{}") == #"{"_meta":{\#(own)}}"#)
        #expect(try modern(#"{"a":1}"#) == #"{"a":1,"_meta":{\#(own)}}"#)
        #expect(
            try modern(#"{"_meta":{"progressToken":1,"io.modelcontextprotocol/clientCapabilities":{"roots":{}},"k":1},"a":1}"#)
                == #"{"a":1,"_meta":{"progressToken":77,"k":1,\#(own)}}"#)
    }

    @Test("the target alone is replaced, whatever else is spelled like it")
    func target() throws {
        let made = try compose(#"{"x":"demo::a","name" : "demo::a","arguments":{"name":"demo::a"}}"#) { composer, scan in
            composer.target = scan.name
            composer.replacement = Array(#""a""#.utf8)
        }
        #expect(made == #"{"x":"demo::a","name" : "a","arguments":{"name":"demo::a"}}"#)
    }

    @Test("state and answers of a round trip are kept, dropped or replaced, and a task is kept where it is to be")
    func roundTrip() throws {
        let params = #"{"requestState":"s","inputResponses":{"k":1},"task":{"ttl":1},"a":1}"#
        #expect(
            try compose(params) { composer, _ in
                (composer.requestState, composer.inputResponses, composer.keepsTask) = (.keep, .keep, true)
            } == params)
        #expect(
            try compose(params) { composer, _ in
                (composer.requestState, composer.inputResponses) = (.replace(Array(#""t""#.utf8)), .replace(Array("{}".utf8)))
            } == #"{"a":1,"inputResponses":{},"requestState":"t"}"#)
        #expect(
            try compose("{}") { composer, _ in composer.requestState = .replace(Array(#""t""#.utf8)) } == #"{"requestState":"t"}"#)
    }

    @Test("whatever the params are, it does what a tree would", arguments: 0..<UInt64(12))
    func differential(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<250 {
            let made = RandomParams(&random)
            let scanned = try Scanned(Array(#"{"jsonrpc":"2.0","id":1,"method":"m","params":"#.utf8) + made.bytes + [0x7D])
            var composer = ParamsComposer()
            composer.progressToken = 77
            composer.keepsTask = random.chance(50)
            if random.chance(50) { composer.envelope = Self.envelope }
            if random.chance(50) { (composer.target, composer.replacement) = (scanned.scan.name, Array(#""new""#.utf8)) }
            composer.requestState = random.pick([.keep, .drop, .replace(Array(#""t""#.utf8))])
            composer.inputResponses = random.pick([.keep, .drop, .replace(Array(#"{"r":1}"#.utf8))])
            var out: [UInt8] = []
            scanned.bytes.withUnsafeBytes { bytes in composer.write(bytes, scanned.scan) { out += $0 } }
            let spelled = String(decoding: made.bytes, as: UTF8.self)
            #expect(try JSON.parse(out) == expected(made.tree, composer), "\(spelled)\n\(String(decoding: out, as: UTF8.self))")
            // What is not the gateway's is there as it was spelled.
            for piece in made.untouched { #expect(contains(out, piece), "\(spelled) lost \(String(decoding: piece, as: UTF8.self))") }
        }
    }

    /// The same by trees.
    private func expected(_ params: JSON, _ composer: ParamsComposer) throws -> JSON {
        var members: [JSON.Member] = []
        for member in params.object ?? [] {
            switch member.key {
            case "_meta": continue
            case "task" where !composer.keepsTask: continue
            case "requestState": if case .keep = composer.requestState { members.append(member) }
            case "inputResponses": if case .keep = composer.inputResponses { members.append(member) }
            case "name" where !composer.target.isEmpty: members.append(.init(key: "name", value: "new"))
            default: members.append(member)
            }
        }
        if case .replace(let value) = composer.inputResponses { members.append(.init(key: "inputResponses", value: try JSON.parse(value))) }
        if case .replace(let value) = composer.requestState { members.append(.init(key: "requestState", value: try JSON.parse(value))) }
        guard composer.envelope != nil || params["_meta"] != nil else { return .object(members) }
        let own = ["protocolVersion", "clientCapabilities", "clientInfo", "logLevel"].map { "io.modelcontextprotocol/" + $0 }
        var meta = (params["_meta"]?.object ?? []).filter { !own.contains($0.key) }
            .map { $0.key == "progressToken" ? JSON.Member(key: $0.key, value: 77) : $0 }
        if let envelope = composer.envelope { meta += try JSON.parse([0x7B] + envelope + [0x7D]).object ?? [] }
        members.append(.init(key: "_meta", value: .object(meta)))
        return .object(members)
    }

    private func contains(_ bytes: [UInt8], _ piece: [UInt8]) -> Bool {
        piece.isEmpty || bytes.indices.contains { bytes[$0...].starts(with: piece) }
    }
}

/// Random params of a request, with what the gateway looks at among much that it does not.
private struct RandomParams {
    let tree: JSON
    let bytes: [UInt8]
    /// The spelled values of members that have to stay as they are.
    let untouched: [[UInt8]]

    init(_ random: inout SplitMix) {
        var members: [(key: String, bytes: [UInt8])] = []
        var untouched: [[UInt8]] = []
        for index in 0..<random.below(4) {
            let value = RandomJSON.spelled(RandomJSON.value(depth: 3, &random), &random)
            let trimmed = Array(value.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed())
            untouched.append(trimmed)
            members.append(("x\(index)", trimmed))
        }
        func own(_ key: String, _ values: [String]) {
            if random.chance(50) { members.append((key, Array(random.pick(values).utf8))) }
        }
        own("name", [#""demo::a""#, #""a\u0062""#, #""""#])
        own("task", ["{}", #"{"ttl":1.0}"#])
        own("requestState", [#""s""#, #""\u00e9""#])
        own("inputResponses", ["{}", #"{"k":{"action":"accept"}}"#])
        if random.chance(60) {
            var meta: [(key: String, bytes: [UInt8])] = []
            for (key, values) in [
                ("progressToken", ["1", #""p""#]), ("io.modelcontextprotocol/protocolVersion", [#""2026-07-28""#]),
                ("io.modelcontextprotocol/clientCapabilities", ["{}", #"{"roots":{}}"#]), ("io.modelcontextprotocol/clientInfo", ["{}"]),
                ("io.modelcontextprotocol/logLevel", [#""info""#]), ("a.b/c", ["1.50", "null"]), ("k", ["[1, 2]"]),
            ] where random.chance(40) {
                meta.append((key, Array(random.pick(values).utf8)))
            }
            meta.shuffle(using: &random)
            members.append(("_meta", Self.object(meta, &random)))
        }
        members.shuffle(using: &random)
        bytes = Self.object(members, &random)
        self.untouched = untouched
        tree = (try? JSON.parse(bytes)) ?? .null
    }

    private static func object(_ members: [(key: String, bytes: [UInt8])], _ random: inout SplitMix) -> [UInt8] {
        func space() -> [UInt8] { random.chance(20) ? [random.pick([0x20, 0x0A, 0x09, 0x0D])] : [] }
        var out: [UInt8] = Array("{".utf8) + space()
        for (index, member) in members.enumerated() {
            if index > 0 { out += Array(",".utf8) + space() }
            out += Array("\"\(member.key)\"".utf8) + space() + Array(":".utf8) + space() + member.bytes + space()
        }
        return out + Array("}".utf8)
    }
}
