import PetaCommands
import Testing

@Suite("What a failure says to do")
struct HintTests {
    @Test(
        "a hint becomes a sentence, and a command one that names it",
        arguments: [
            ("peta user list", "Try 'peta user list'."),
            ("chmod o-w /x", "Try 'chmod o-w /x'."),
            ("peta-admin(7) has it", "peta-admin(7) has it."),
            ("choose another one with --listen HOST:PORT", "Choose another one with --listen HOST:PORT."),
            ("lower-case letters, 63 at most", "Lower-case letters, 63 at most."),
            ("'peta status' says why", "'peta status' says why."),
            ("--header 'A=${secret:NAME}'", "--header 'A=${secret:NAME}'."),
            ("/v1/tools/which?name=TOOL", "/v1/tools/which?name=TOOL."),
            ("Write to a local file first.", "Write to a local file first."),
            ("what is it?", "What is it?"),
            ("", ""),
        ])
    func sentences(_ hint: String, _ sentence: String) { #expect(Hint.sentence(hint) == sentence) }
}
