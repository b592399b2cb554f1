import Glibc
import PetaAdmin
import PetaAdminAPI
import Testing

@Suite("Routes of policy sets")
struct PolicyTests {
    private static let text = Array("rules: []\n".utf8)

    @Test("a set is applied, listed, shown, archived and removed, each in the name of who asks")
    func life() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.policies() }.isEmpty)
            #expect(try await peta.ask { try $0.applyPolicy(Self.text, name: "bank") }.version == 1)
            #expect(try await peta.ask { try $0.applyPolicy(Self.text + Self.text, name: "bank") }.version == 2)
            #expect(try await peta.ask { try $0.policies() }.map(\.name) == ["bank"])
            #expect(try await peta.ask { try $0.policy("bank", version: nil) }.text == "rules: []\nrules: []\n")
            #expect(try await peta.ask { try $0.policy("bank", version: 1) }.text == "rules: []\n")
            #expect(try await peta.ask { try $0.policyHistory("bank") }.map(\.version) == [2, 1])
            #expect(try await peta.ask { try $0.archivePolicy("bank") }.status == "archived")
            try await peta.ask { try $0.removePolicy("bank") }
            #expect(try await peta.code { _ = try $0.policy("bank", version: nil) } == .notFound)
            let who = "uid:\(geteuid())"
            #expect(
                peta.policies.notes == ["apply bank 10 \(who)", "apply bank 20 \(who)", "archive bank \(who)", "remove bank \(who)"])
        }
    }

    @Test("a change is recorded with the set's name, also where the text alone says it; reading, lint and test are not")
    func audited() async throws {
        try await withAdmin { peta async throws in
            _ = try await peta.ask { try $0.applyPolicy(Self.text, name: nil) }
            _ = try await peta.ask { try $0.archivePolicy("own") }
            #expect(try await peta.code { _ = try $0.applyPolicy(Array("wrong".utf8), name: "bad") } == .invalidArgument)
            _ = try await peta.ask { try $0.lintPolicy(Self.text) }
            _ = try await peta.ask { try $0.testPolicy(PolicyQuestion(user: "a", server: "s", kind: .tool, name: "t")) }
            _ = try await peta.ask { try $0.policyEffect(on: "s") }
            _ = try await peta.ask { try $0.policyHistory("own") }
            try await peta.ask { try $0.removePolicy("own") }
            let acts = peta.recorder.acts
            #expect(
                acts.map(\.method) == [
                    "POST /v1/policies", "POST /v1/policies/{name}/archive", "POST /v1/policies", "DELETE /v1/policies/{name}",
                ])
            #expect(acts.map(\.target) == ["own", "own", "bad", "own"])
            #expect(acts.map(\.error) == [nil, nil, "invalid_argument", nil])
        }
    }

    @Test("an error carries every problem of a text")
    func problems() async throws {
        try await withAdmin { peta async throws in
            let error = try await peta.ask { client -> AdminError? in
                do {
                    _ = try client.applyPolicy(Array("wrong".utf8), name: nil)
                    return nil
                } catch let error as AdminError {
                    return error
                }
            }
            #expect(error?.problems.map(\.text) == ["3: rule 'r', when: no", "3: rule 'r', when: no"])
            #expect(error?.problems.first?.named("a.yaml").text == "a.yaml:3: rule 'r', when: no")
        }
    }

    @Test("the largest text is taken by all routes, a larger one by none")
    func size() async throws {
        try await withAdmin { peta async throws in
            let full = [UInt8](repeating: 0x0A, count: 1 << 20)
            _ = try await peta.ask { try $0.applyPolicy(full, name: "full") }
            _ = try await peta.ask { try $0.lintPolicy(full) }
            var question = PolicyQuestion(user: "a", server: "s", kind: .resource, name: "file:///x")
            question.text = String(decoding: full, as: UTF8.self)
            let most = question
            _ = try await peta.ask { try $0.testPolicy(most) }
            #expect(peta.policies.notes.suffix(2) == ["lint 1048576", "test resource file:///x 1048576"])
            #expect(try await peta.raw("POST", "/v1/policies?name=x", body: full + [0x0A]).status == 413)
            #expect(try await peta.raw("POST", "/v1/policy/lint", body: full + [0x0A]).status == 413)
            question.text = String(repeating: "\n", count: 3 << 20)
            let more = question
            #expect(try await peta.code { _ = try $0.testPolicy(more) } == .invalidArgument)
        }
    }

    @Test("what is malformed is refused before anything is asked")
    func malformed() async throws {
        try await withAdmin { peta async throws in
            let cases = [
                ("GET", "/v1/policies/x?version=0", ""), ("GET", "/v1/policies/x?version=new", ""), ("POST", "/v1/policies?title=x", "x"),
                ("POST", "/v1/policy/test", #"{"user":"a"}"#),
                ("POST", "/v1/policy/test", #"{"user":"a","server":"s","kind":"x","name":"n"}"#),
                ("POST", "/v1/policy/test", #"{"user":"a","server":"s","kind":"tool","name":"n","arguments":[1]}"#),
                ("POST", "/v1/policy/test", #"{"user":"a","server":"s","kind":"tool","name":"n","role":"owner"}"#),
            ]
            for (method, path, body) in cases {
                let answer = body.isEmpty ? try await peta.raw(method, path) : try await peta.raw(method, path, body: body)
                #expect(answer.status == 400, "\(method) \(path) \(body)")
            }
            #expect(peta.policies.notes.isEmpty)
        }
    }
}
