import PetaAdminAPI
import Testing

@Suite struct AdminJSONTests {
    private func text(_ value: some Encodable, nulls: Bool = true) throws -> String {
        String(decoding: try AdminJSON.encode(value, nulls: nulls), as: UTF8.self)
    }

    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? AdminError)?.message
        }
    }

    private func read(_ text: String) throws -> JSONNode { try JSONReader.read(Array(text.utf8)) }

    @Test("members keep the order of declaration and nil is written as null for scripts")
    func order() throws {
        let token = IssuedToken(id: "t1", user: "a", name: nil, token: "peta_x", expiresAt: nil)
        #expect(try text(token) == #"{"id":"t1","user":"a","name":null,"token":"peta_x","expiresAt":null}"#)
        #expect(try text(token, nulls: false) == #"{"id":"t1","user":"a","token":"peta_x"}"#)
    }

    @Test("dictionaries are sorted, so that the same value gives the same bytes")
    func sorted() throws {
        let labels = Dictionary(uniqueKeysWithValues: (0..<20).map { ("k\(100 + $0)", "\($0)") })
        let user = NewUser(id: "a", labels: labels)
        let expected = (0..<20).map { "\"k\(100 + $0)\":\"\($0)\"" }.joined(separator: ",")
        #expect(try text(user, nulls: false) == "{\"id\":\"a\",\"labels\":{\(expected)}}")
    }

    @Test("a patch sends only what changes, and null for what is removed")
    func patch() throws {
        var patch = ServerPatch()
        patch.title = "T"
        patch.env = ["A": "1", "B": nil]
        #expect(try text(patch, nulls: false) == #"{"title":"T","env":{"A":"1","B":null}}"#)
        let back = try AdminJSON.decode(ServerPatch.self, from: try AdminJSON.encode(patch, nulls: false), strict: true)
        #expect(back == patch)
        #expect(back.env?.keys.contains("B") == true)
    }

    @Test("every type of the protocol survives the way there and back")
    func roundTrips() throws {
        func check<T: Codable & Equatable>(_ value: T) throws {
            #expect(try AdminJSON.decode(T.self, from: try AdminJSON.encode(value), strict: true) == value)
            #expect(try AdminJSON.decode(T.self, from: try AdminJSON.encode(value, nulls: false), strict: true) == value)
        }
        try check(Samples.status)
        try check(Samples.server)
        try check(Samples.detail)
        try check(Samples.detail.definition)
        try check(Samples.tool)
        try check(Samples.user)
        try check(Samples.tokenEntry)
        try check(Samples.token)
        try check(Samples.secret)
        try check(Samples.verdict)
        try check(AdminError(.tryAgain, "m", hint: "h"))
        try check(LogLine(time: Samples.time, stream: "stderr", line: "\u{1B}[31m \"x\" \\ \n é 😀"))
        try check(CallRequest(tool: "t", arguments: try RawJSON(validating: Array(#"{"a":1.50}"#.utf8))))
    }

    @Test("a definition may leave out everything that has a default")
    func defaults() throws {
        let spec = try AdminJSON.decode(ServerSpec.self, from: Array(#"{"id":"a","kind":"http","url":"http://x"}"#.utf8), strict: true)
        #expect(spec == ServerSpec(id: "a", kind: .http, url: "http://x"))
        #expect(spec.lazyStart && spec.redactResults == nil && spec.enabled && !spec.publicAccess)
    }

    @Test("a misspelt field of a request is an error that names it")
    func strict() {
        let body = Array(#"{"id":"a","kind":"stdio","publicAcess":true}"#.utf8)
        #expect(
            message { _ = try AdminJSON.decode(ServerSpec.self, from: body, strict: true) }
                == "the document: there is no field 'publicAcess' here")
        #expect(message { _ = try AdminJSON.decode(ServerSpec.self, from: body) } == nil)
    }

    @Test(
        "a wrong field is named with what was expected and found",
        arguments: [
            (#"{"kind":"stdio"}"#, "id: missing"), (#"{"id":1,"kind":"stdio"}"#, "id: expected a string, found a number"),
            (#"{"id":"a","kind":"stdio","args":["x",{}]}"#, "args[1]: expected a string, found an object"),
            (#"{"id":"a","kind":"stdio","idleTimeoutSeconds":1.5}"#, "idleTimeoutSeconds: expected an integer, found a number"),
            (#"{"id":"a","kind":"stdio","lazyStart":"yes"}"#, "lazyStart: expected true or false, found a string"),
            (#"{"id":"a","id":"b","kind":"stdio"}"#, "the document: 'id' stands here twice"),
            (#"[]"#, "the document: expected an object, found an array"),
        ])
    func wrongField(_ body: String, _ expected: String) {
        #expect(message { _ = try AdminJSON.decode(ServerSpec.self, from: Array(body.utf8)) } == expected)
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "-", "+1", ".5", "1e", "tru", "nul", "\"", "\"\\x\"", "\"\\u12\"",
            "\"\u{1}\"",
            "1 2", "[1 2]", "{\"a\" 1}", "{\"a\":}", "'a'", "NaN", "\u{FEFF}1",
        ])
    func notJSON(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try read(text) }
    }

    @Test("text that is not UTF-8 and nesting without end are refused")
    func hostile() {
        #expect(throws: JSONSyntaxError.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.read([0x22, 0xED, 0xA0, 0x80, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try read(String(repeating: "[", count: 100_000)) }
    }

    @Test("strings come back with every escape")
    func strings() throws {
        #expect(try read(#""a\"\\\/\b\f\n\r\té😀\ud800x""#) == .string("a\"\\/\u{8}\u{C}\n\r\té😀\u{FFFD}x"))
        #expect(try read(#""\ud83d""#) == .string("\u{FFFD}"))
        #expect(try read(#""\u00e9\uD83D\uDE00""#) == .string("é😀"))
    }

    @Test("raw JSON keeps order, duplicate members and the spelling of numbers")
    func raw() throws {
        let text = #"{"z":1.10,"a":[12345678901234567890,1E5],"z":null}"#
        let raw = try AdminJSON.decode([RawJSON].self, from: Array("[ \(text) ]".utf8))
        #expect(raw.map { String(decoding: $0.bytes, as: UTF8.self) } == [text])
    }
}
