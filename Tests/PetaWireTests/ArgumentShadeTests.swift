import PetaWire
import Testing

@Suite("Arguments in the shade")
struct ArgumentShadeTests {
    @Test("what is hidden or cut is marked in place, and the marks are known again")
    func marks() throws {
        let value: JSON = [
            "password": "hunter2", "api_key": 12345, "note": .string(String(repeating: "n", count: 500)), "plain": "x",
            "list": .array((0..<150).map { JSON.int($0) }), "secret": ["inner": "seen", "token": "t"],
        ]
        var shade = ArgumentShade()
        let shown = shade.shaded(value)
        #expect(shade.isCut)
        for key in ["password", "api_key", "note"] { #expect(ArgumentShade.isMark(try #require(shown[key]?.string)), "\(key)") }
        #expect(ArgumentShade.isMark(try #require(shown["list"]?.array?.last?.string)))
        #expect(shown["plain"] == "x" && shown["secret"]?["inner"] == "seen")
        #expect(!String(decoding: shown.bytes, as: UTF8.self).contains("hunter2"))
        for text in ["x", "", "[hidden]", "more characters"] { #expect(!ArgumentShade.isMark(text)) }
    }

    @Test("a value is hidden by the key that it stands under, wherever it is looked at")
    func key() {
        var shade = ArgumentShade()
        #expect(shade.shaded("hunter2", under: "Password") == "[hidden, 7 characters]")
        #expect(shade.shaded("hunter2", under: "name") == "hunter2")
    }

    @Test("all of it has room in a bound, is JSON, and what does not fit is left out", arguments: [0, 10, 100, 1_000, 20_000])
    func bound(_ count: Int) throws {
        let deep = JSON.members((0..<count).map { ("key \($0)", .string(String(repeating: "\u{1}😀", count: 100))) })
        let text = ArgumentShade.text(deep, bytes: 4096)
        #expect(text.count <= 4096)
        let read = try JSON.parse(text)
        #expect(read.object != nil && (count < 30 || read[ArgumentShade.cutKey] != nil))
        #expect(ArgumentShade.text(["a": .string(String(repeating: "x", count: 300))], bytes: 4096).count == 308)
    }
}
