import PetaVault
import TestRandom
import Testing

@Suite("Redacting a stream")
struct RedactionStreamTests {
    private func stream(_ redactor: Redactor, _ pieces: [[UInt8]]) -> String {
        var stream = RedactionStream(redactor)
        var out: [UInt8] = []
        for piece in pieces { out += piece.withUnsafeBytes { stream.push($0) } }
        return String(decoding: out + stream.finish(), as: UTF8.self)
    }

    @Test("a value is found wherever it is cut in two")
    func straddling() {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret("a-secret-token"))])
        let text = Array("before a-secret-token after, \"a-secret-token\"".utf8)
        for cut in 0...text.count {
            #expect(stream(redactor, [Array(text[..<cut]), Array(text[cut...])]) == "before [redacted:T] after, \"[redacted:T]\"")
        }
        #expect(stream(redactor, text.map { [$0] }) == "before [redacted:T] after, \"[redacted:T]\"")
    }

    @Test("pieces of any size come out as the whole would", arguments: 0..<150)
    func property(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let alphabet = seed % 2 == 0 ? ["a", "b"] : ["a", "b", "n", "\\", "u", "0", "d", "8", "\"", "é", "\\ud83d\\ude00"]
        let values = (0..<Int.random(in: 1...3, using: &random)).map { _ in random.text(alphabet, 4...9) }
        let text = Array(("text " + random.text(alphabet + values + values, 0...200)).utf8)
        let redactor = Redactor(values.enumerated().map { InjectedSecret(name: "S\($0.offset)", value: secret($0.element)) })
        var pieces: [[UInt8]] = []
        var at = 0
        while at < text.count {
            let end = min(text.count, at + Int.random(in: 0...(seed % 3 == 0 ? 3 : 60), using: &random))
            pieces.append(Array(text[at..<end]))
            at = end
        }
        let whole = String(decoding: text.withUnsafeBytes { redactor.redact($0) } ?? text, as: UTF8.self)
        // Which of several overlapping values lends its name may differ: the stream decides before it saw them all.
        func anonymous(_ text: String) -> String { text.replacing(/\[redacted:S\d\]/, with: "[#]") }
        #expect(anonymous(stream(redactor, pieces)) == anonymous(whole))
    }

    @Test("after a run of backslashes longer than what is held back, it is still clear which one escapes", arguments: 150...161)
    func backslashes(_ run: Int) {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret("n1234567"))])
        let text = Array(("x" + String(repeating: "\\", count: run) + "n1234567.").utf8)
        let whole = String(decoding: text.withUnsafeBytes { redactor.redact($0) } ?? text, as: UTF8.self)
        #expect(whole == "x" + String(repeating: "\\", count: run / 2 * 2) + "[redacted:T].")
        for step in [1, 7] {
            let pieces = stride(from: 0, to: text.count, by: step).map { Array(text[$0..<min($0 + step, text.count)]) }
            #expect(stream(redactor, pieces) == whole)
        }
    }

    @Test("no more is held back than a value needs, even in an endless run of it")
    func bounded() {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret("aaaa"))])
        var stream = RedactionStream(redactor)
        let piece = [UInt8](repeating: 0x61, count: 1000)
        var out: [UInt8] = []
        for _ in 0..<100 { out += piece.withUnsafeBytes { stream.push($0) } }
        #expect(String(decoding: out + stream.finish(), as: UTF8.self) == "[redacted:T]")
        let plain = [UInt8](repeating: 0x2E, count: 1000)
        let first = plain.withUnsafeBytes { stream.push($0) }
        #expect(first.count > 900)
    }

    @Test("without secrets everything passes at once")
    func nothing() {
        var stream = RedactionStream(Redactor([]))
        #expect(Array("text".utf8).withUnsafeBytes { stream.push($0) } == Array("text".utf8))
        #expect(stream.finish().isEmpty)
    }
}
