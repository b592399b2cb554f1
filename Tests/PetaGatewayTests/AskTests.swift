import PetaGateway
import PetaWire
import Testing

/// What servers may ask of clients, and what no server may.
@Suite("What servers ask") struct AskTests {
    private static let everything = ClientAbilities(
        modern: ["roots": [:], "sampling": ["tools": [:]], "elicitation": ["form": [:], "url": [:]]])

    @Test(
        "a person is sent to https, and to http of this machine",
        arguments: [
            "https://example.com", "https://example.com/", "https://example.com:8443/a?b=c#d", "HTTPS://EXAMPLE.COM/A", "https://1.2.3.4/",
            "https://[2001:db8::1]/", "https://example.com/a@b", "https://example.com?a@b", "https://example.com#a@b", "http://localhost",
            "http://localhost:3000/callback", "http://127.0.0.1:9/x", "http://[::1]:9/x", "http://[::1]", "HTTP://LocalHost/",
            "https://xn--kln-sna.example/",
        ])
    func safe(url: String) { #expect(Ask.isSafe(url)) }

    @Test(
        "a person is sent nowhere else",
        arguments: [
            "javascript:alert(1)", "JavaScript://example.com/%0aalert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x",
            "ftp://example.com/",
            "about:blank", "blob:https://example.com/x", "view-source:https://example.com", "ws://localhost", "mailto:a@b", "//example.com",
            "/path", "", "https", "https:", "https:/example.com", "https:example.com", "https://", "https:///path", "https://?x",
            "https://#x",
            "https://user@example.com/", "https://user:pass@example.com/", "https://example.com@evil.example/", "https://@example.com/",
            "http://example.com/", "http://127.0.0.2/", "http://127.0.0.1.evil.example/", "http://localhost.evil.example/",
            "http://localhost@evil.example/", "http://evil.example/#localhost", "http://[::1].evil.example/x", "http://[::2]/",
            "http://0.0.0.0/", "http://2130706433/", "http://localhost\\@evil.example/", "https://example.com\\@evil.example/",
            " https://example.com/", "https://example.com/ ", "https://example.com/a b", "https://exa\tmple.com/", "https://example.com/\n",
            "https://example.com/\r\nX: y", "https://example.com/\0", "https://example.com/\u{7F}", "https://köln.example/",
            "https://example.com/\u{202E}", "https\u{FF1A}//example.com", "java\nscript:alert(1)", "http://[::1", "http://[",
            "https://example.com/" + String(repeating: "a", count: 8200),
        ])
    func unsafe(url: String) { #expect(!Ask.isSafe(url)) }

    private static func judge(_ method: String, _ params: JSON?, _ abilities: ClientAbilities = everything) -> Int? {
        do throws(Ask.Refusal) {
            let ask = try Ask.judge(id: 7, method: method, params: params, origin: .request([0x31]), abilities: abilities)
            #expect(ask.id == 7 && ask.method.rawValue == method && ask.params == params)
            return nil
        } catch {
            return error.code
        }
    }

    private static let form: JSON = ["message": "m", "requestedSchema": ["type": "object", "properties": [:]]]
    private static func url(_ url: JSON) -> JSON { ["mode": "url", "message": "m", "url": url] }

    static let judged: [(String, JSON?, Int?)] = [
        ("roots/list", nil, nil), ("roots/list", [:], nil), ("sampling/createMessage", ["messages": [], "maxTokens": 1], nil),
        ("sampling/createMessage", ["messages": [], "tools": []], nil), ("elicitation/create", form, nil),
        ("elicitation/create", url("https://example.com/"), nil), ("elicitation/create", url("javascript:alert(1)"), -32602),
        ("elicitation/create", url("http://example.com/"), -32602), ("elicitation/create", url("https://a@example.com/"), -32602),
        ("elicitation/create", url(7), -32602), ("elicitation/create", ["mode": "url", "message": "m"], -32602),
        ("elicitation/create", ["mode": "url", "url": "https://example.com/"], -32602), ("elicitation/create", ["message": "m"], -32602),
        ("elicitation/create", ["message": 7, "requestedSchema": [:]], -32602),
        ("elicitation/create", ["message": "m", "requestedSchema": []], -32602),
        ("elicitation/create", ["mode": "other", "message": "m", "requestedSchema": [:]], -32602), ("elicitation/create", nil, -32602),
        ("sampling/createMessage", nil, -32602), ("sampling/createMessage", ["messages": "x"], -32602), ("tools/call", form, -32601),
        ("initialize", nil, -32601), ("ping", nil, -32601), ("", nil, -32601), ("Roots/List", nil, -32601),
        ("elicitation/create ", form, -32601),
    ]

    @Test("each question is judged by what it is", arguments: judged)
    func questions(method: String, params: JSON?, code: Int?) { #expect(Self.judge(method, params) == code) }

    @Test("nothing is asked that the client did not declare")
    func undeclared() {
        let sampling: JSON = ["messages": []]
        let tools: JSON = ["messages": [], "tools": []]
        let choice: JSON = ["messages": [], "toolChoice": ["mode": "auto"]]
        let link = Self.url("https://example.com/")
        let cases: [(JSON, [String: Int?])] = [
            ([:], ["roots": -32601, "sampling": -32601, "tools": -32601, "form": -32601, "url": -32601]),
            (["roots": [:]], ["roots": nil, "sampling": -32601, "form": -32601]),
            (["sampling": [:]], ["sampling": nil, "tools": -32602, "choice": -32602, "roots": -32601]),
            (["sampling": ["tools": [:]]], ["sampling": nil, "tools": nil, "choice": nil]),
            (["elicitation": [:]], ["form": nil, "url": -32602, "roots": -32601]),
            (["elicitation": ["url": [:]]], ["form": -32602, "url": nil]),
            (["elicitation": ["form": [:], "url": [:]]], ["form": nil, "url": nil]),
            (["roots": true, "sampling": 1, "elicitation": "x"], ["roots": -32601, "sampling": -32601, "form": -32601]),
        ]
        let questions: [String: (String, JSON?)] = [
            "roots": ("roots/list", nil), "sampling": ("sampling/createMessage", sampling), "tools": ("sampling/createMessage", tools),
            "choice": ("sampling/createMessage", choice), "form": ("elicitation/create", Self.form), "url": ("elicitation/create", link),
        ]
        for (declared, expected) in cases {
            for (name, code) in expected {
                guard let (method, params) = questions[name] else { continue }
                #expect(Self.judge(method, params, ClientAbilities(modern: declared)) == code, "\(declared.text): \(name)")
            }
        }
    }

    @Test("a modern client gets the question without what only the legacy era has")
    func input() throws {
        let params: JSON = [
            "mode": "url", "message": "m", "url": "https://example.com/", "elicitationId": "e", "_meta": ["progressToken": 1, "k": 2],
        ]
        let ask = try Ask.judge(id: 7, method: "elicitation/create", params: params, origin: .request([]), abilities: Self.everything)
        #expect(
            ask.input == [
                "method": "elicitation/create",
                "params": ["mode": "url", "message": "m", "url": "https://example.com/", "_meta": ["k": 2]],
            ])
    }
}

extension JSON {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
