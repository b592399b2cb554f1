import PetaCommands
import Testing

@Suite struct LookAlikesTests {
    @Test(
        "a name that can be taken for another is told, with how it reads",
        arguments: [
            ("аррӏе", "has Cyrillic letters that look Latin: аррӏе (reads like apple)"),
            ("files::dеlete", "mixes Latin and Cyrillic letters: dеlete (reads like delete)"),
            ("ｐａｙ", "has characters that look like plain ones: ｐａｙ (reads like pay)"),
            ("𝐩ay", "has characters that look like plain ones: 𝐩ay (reads like pay)"),
            ("a∕b", "has characters that look like plain ones: a∕b (reads like a/b)"),
            ("payρal", "mixes Latin and Greek letters: payρal (reads like paypal)"),
            ("раураӏ-bank", "has Cyrillic letters that look Latin: раураӏ (reads like paypal)"),
            ("helloпривет", "mixes Latin and Cyrillic letters: helloпривет"),
        ])
    func odd(_ name: String, _ remark: String) {
        #expect(LookAlikes.remark(name) == remark)
    }

    @Test(
        "names of one script are not",
        arguments: ["transfer", "überweisung", "привет", "кот", "καλημέρα", "削除", "削除_file", "حذف", "naïve", "a-b_c.d", "😀"])
    func plain(_ name: String) {
        #expect(LookAlikes.remark(name) == nil)
    }

    @Test("hosts in texts are looked at, wherever they stand")
    func hosts() {
        #expect(LookAlikes.hosts(in: "see https://example.com/a?b=c#d and bob@example.com, or example.com").isEmpty)
        #expect(LookAlikes.hosts(in: "Привет, как дела. всё хорошо: https://пример.рф/").isEmpty)
        #expect(LookAlikes.hosts(in: "go to https://аррӏе.com/x").first?.contains("reads like apple") ?? false)
        #expect(LookAlikes.hosts(in: "mail bob@ехаmple.com").first?.contains("reads like example") ?? false)
        #expect(LookAlikes.hosts(in: "https://bank.com@evil.com/").first?.contains("its host, which is evil.com") ?? false)
        #expect(LookAlikes.hosts(in: "https://xn--80ak6aa92e.com/").first?.contains("xn--80ak6aa92e.com") ?? false)
        #expect(LookAlikes.hosts(in: "https://example。com").count == 1)
        #expect(LookAlikes.hosts(in: "https://аррӏе.com\u{202E}/").allSatisfy { !$0.unicodeScalars.contains("\u{202E}") })
    }

    @Test("what does not show itself becomes visible, and what does stays")
    func invisible() {
        #expect(Escaped.line("a\u{200B}b\u{200D}c\u{AD}d\u{2060}e") == "a\\u{200b}b\\u{200d}c\\u{ad}d\\u{2060}e")
        #expect(Escaped.line("x\u{E0041}\u{E000}\u{3164}\u{115F}\u{FE00}") == "x\\u{e0041}\\u{e000}\\u{3164}\\u{115f}\\u{fe00}")
        #expect(Escaped.line("\u{301}a e\u{301}") == "\\u{301}a e\u{301}")
        #expect(Escaped.line("z" + String(repeating: "\u{301}", count: 5)) == "z\u{301}\u{301}\u{301}\\u{301}\\u{301}")
        #expect(Escaped.line("❤\u{FE0F} 1\u{FE0F}") == "❤\u{FE0F} 1\\u{fe0f}")
        #expect(String(decoding: Escaped.json(Array("\"\u{E0041}\u{200B}\"".utf8)), as: UTF8.self) == "\"\\udb40\\udc41\\u200b\"")
        for value in (0x2000...0x206F).filter({
            !(0x2010...0x2027).contains($0) && !(0x2000...0x200A).contains($0) && !(0x202F...0x205F).contains($0)
        }) {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            #expect(!Escaped.line("x\(Character(scalar))").unicodeScalars.contains(scalar), "\(String(value, radix: 16))")
        }
    }
}
