import Foundation
import PetaVault
import TestRandom
import Testing

@Suite("Searching for many values at once")
struct RedactorSearchTests {
    struct Hit: Hashable { let start: Int, form: [UInt8] }

    private func naive(_ text: [UInt8], _ forms: [[UInt8]]) -> Set<Hit> {
        var hits: Set<Hit> = []
        for form in Set(forms) where form.count <= text.count {
            for start in 0...(text.count - form.count) where text[start..<(start + form.count)].elementsEqual(form) {
                hits.insert(Hit(start: start, form: form))
            }
        }
        return hits
    }

    @Test("every occurrence of every form is found, and nothing else", arguments: 0..<50)
    func property(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let small = seed % 2 == 0
        let alphabet = small ? ["a", "b"] : ["a", "b", "c", "/", "\"", "é"]
        let values = (0..<Int.random(in: 1...5, using: &random)).map { _ in random.text(alphabet, 4...(small ? 8 : 40)) }
        let forms = values.map { SecretForms(secret($0)) }
        var text: [UInt8] = []
        let length = random.pick([40, 300, 1023, 1024, 1200, 5000])
        while text.count < length {
            let form = random.pick(random.pick(forms).all)
            text += Bool.random(using: &random) ? form : Array(random.text(alphabet, 0...30).utf8)
        }
        let all = forms.flatMap(\.all)
        var found: Set<Hit> = []
        var twice = 0
        text.withUnsafeBytes { bytes in
            NeedleIndex(forms).search(bytes) { start, needle in
                if !found.insert(Hit(start: start, form: all[needle])).inserted { twice += 1 }
                return true
            }
        }
        #expect(found == naive(text, all))
        if Set(all).count == all.count { #expect(twice == 0) }
    }

    @Test("plain text is redacted as a naive search would", arguments: 0..<50)
    func plain(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let alphabet = ["a", "b", "c"]
        let values = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.text(alphabet, 4...7) }
        let text = Array(("text " + random.text(alphabet + values, 0...400)).utf8)
        var covered = [Bool](repeating: false, count: text.count)
        var cuts: Set<Int> = []  // where a stretch may end although the next byte is covered too
        let hits = naive(text, values.flatMap { SecretForms(secret($0)).all })
        for hit in hits { for i in hit.start..<(hit.start + hit.form.count) { covered[i] = true } }
        for i in text.indices where covered[i] && !hits.contains(where: { $0.start < i && $0.start + $0.form.count > i }) { cuts.insert(i) }
        var expected = ""
        for i in text.indices {
            if !covered[i] { expected.unicodeScalars.append(Unicode.Scalar(text[i])) } else if cuts.contains(i) { expected += "#" }
        }
        let redactor = Redactor(values.enumerated().map { InjectedSecret(name: "S\($0.offset)", value: secret($0.element)) })
        let redacted = text.withUnsafeBytes { redactor.redact($0) } ?? text
        #expect(String(decoding: redacted, as: UTF8.self).replacing(/\[redacted:S\d\]/, with: "#") == expected)
        #expect(text.withUnsafeBytes { redactor.contains($0) } == !hits.isEmpty)
    }

    @Test("a value is found at every place of a text, also where the four windows meet", arguments: [1024, 1031])
    func everyPlace(_ length: Int) {
        let value = Array("N33dle!".utf8)
        let redactor = Redactor([
            InjectedSecret(name: "T", value: secret("N33dle!")), InjectedSecret(name: "U", value: secret("a much longer value")),
        ])
        for start in 0...(length - value.count) {
            var text = [UInt8](repeating: 0x2E, count: length)
            text.replaceSubrange(start..<(start + value.count), with: value)
            let redacted = text.withUnsafeBytes { redactor.redact($0) }
            let expected = [UInt8](repeating: 0x2E, count: start) + Array("[redacted:T]".utf8)
            guard redacted?.starts(with: expected) == true, redacted?.count == length - value.count + 12 else {
                Issue.record("missed at \(start)")
                return
            }
        }
    }

    @Test("every prefix of a text is searched to its end and no further")
    func prefixes() {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret("token"))])
        let text = Array("a token".utf8)
        for length in 0...text.count {
            let prefix = Array(text[..<length])
            #expect(prefix.withUnsafeBytes { redactor.contains($0) } == (length == text.count))
        }
    }

    @Test("a text that is full of a value is redacted in time that grows with its length")
    func dense() {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret("a\\b\\"))])
        let text = Array("[\"".utf8) + Array(String(repeating: "a\\\\b\\\\.", count: 20_000).utf8) + Array("\"]".utf8)
        let redacted = text.withUnsafeBytes { redactor.redact($0) }
        #expect(redacted?.count == 4 + 13 * 20_000)
    }
}
