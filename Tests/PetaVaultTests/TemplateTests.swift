import PetaCrypto
import PetaVault
import Testing

@Suite("References to secrets")
struct TemplateTests {
    let fixture: VaultFixture
    let vault: Vault

    init() async throws {
        fixture = try VaultFixture()
        vault = try fixture.open()
        _ = try await vault.setSecret("A", value: secret("alpha"))
        _ = try await vault.setSecret("B.c-d_9", value: secret("bé$${secret:A}"))
    }

    @Test(
        "references are filled in, everything else stays",
        arguments: [
            ("", ""), ("plain", "plain"), ("${secret:A}", "alpha"), ("Bearer ${secret:A}", "Bearer alpha"),
            ("${secret:A}${secret:A}/x/${secret:A}é", "alphaalpha/x/alphaé"),
            ("<${secret:B.c-d_9}>", "<bé$${secret:A}>"),  // a value is not expanded again
            ("$${secret:A}", "${secret:A}"), ("$${", "${"), ("$$${secret:A}", "$${secret:A}"), ("$${${secret:A}}", "${alpha}"),
            ("${HOME} $HOME $$ ${", "${HOME} $HOME $$ ${"), ("$", "$"), ("a$$", "a$$"), ("${secret}", "${secret}"),
        ])
    func expands(_ template: String, _ expected: String) throws {
        #expect(text(try vault.expand(template).value) == expected)
    }

    @Test("each injected secret is named once, in the order of first use")
    func injected() throws {
        let expanded = try vault.expand("${secret:B.c-d_9} ${secret:A} ${secret:B.c-d_9}")
        #expect(expanded.injected.map(\.name) == ["B.c-d_9", "A"])
        #expect(text(expanded.injected.last?.value) == "alpha")
        #expect(try vault.expand("none").injected.isEmpty)
    }

    @Test("a missing secret is named, with the command that sets it")
    func missing() {
        let error = #expect(throws: VaultError.unknownSecret(name: "NOPE")) { try vault.expand("${secret:A}:${secret:NOPE}") }
        #expect(error?.code == "not_found" && error?.hint == "peta secret set NOPE")
    }

    @Test(
        "a malformed reference is refused at its position, and the text is not repeated",
        arguments: [
            ("${secret:", 1), ("ab ${secret:A", 4), ("${secret:}", 1), ("${secret:A}${secret:hunter2 !}", 12), ("é${secret:9}", 3),
            ("${secret:${secret:A}}", 1),
        ])
    func malformed(_ template: String, _ position: Int) {
        let error = #expect(throws: VaultError.self) { try vault.expand(template) }
        guard case .malformedReference(position, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.message.contains("position \(position)") == true)
        #expect(error?.message.contains("hunter2") == false)
        #expect(throws: VaultError.self) { try SecretTemplate(template) }
    }

    @Test("the names in a template are found without a vault, also beside a malformed reference")
    func names() {
        #expect(secretNames(in: "${secret:B} ${secret:A} ${secret:B}") == ["B", "A"])
        #expect(secretNames(in: "$${secret:A} ${secret:} ${secret:B} ${secret:C") == ["B"])
        #expect(secretNames(in: "").isEmpty)
    }

    @Test("an expanded value is not shown when printed")
    func notShown() throws {
        #expect(!"\(try vault.expand("${secret:A}"))".contains("alpha"))
    }
}
