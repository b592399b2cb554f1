import PetaBackup
import Testing

@Suite("Staying out of the way")
struct CourtesyTests {
    @Test("a wait calls for twice its time, up to a limit, and nothing for none")
    func pauses() {
        #expect(Courtesy.pause(after: 0) == 0)
        #expect(Courtesy.pause(after: -5) == 0)
        #expect(Courtesy.pause(after: 3_000_000) == 6_000_000)
        #expect(Courtesy.pause(after: .max) == Courtesy.limit)
    }

    @Test(
        "what the system tells is read, and what it does not tell is no wait",
        arguments: [("352353291 107773 17\n", 107_773), ("", 0), ("x y z", 0), ("12", 0), ("1 -2 3", -2)] as [(String, Int64)])
    func parsing(_ text: String, _ waited: Int64) { #expect(Courtesy.parse(Array(text.utf8)) == waited) }
}
