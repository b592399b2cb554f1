import PetaCrypto
import PetaGateway
import Testing

@Suite("Ids of tasks as clients know them") struct TaskIDTests {
    private let ids = TaskIDs(key: SecretBytes.random(count: 32))
    private let task = TaskReference(server: "files", id: "786512e2-9e0d-44bd-8f29-789f320fe840", isDedicated: true)

    @Test("what was wrapped opens again for its user, whatever the server calls its tasks")
    func round() throws {
        for id in ["1", "\u{1F600} \"quoted\" \u{0}", String(repeating: "x", count: TaskIDs.lengthLimit)] {
            for isDedicated in [false, true] {
                let task = TaskReference(server: "s", id: id, isDedicated: isDedicated)
                let wrapped = try #require(ids.wrap(task, user: "ada"))
                #expect(ids.open(wrapped, user: "ada") == task)
                // It goes into a header field as it is.
                #expect(wrapped.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            }
        }
        #expect(ids.wrap(TaskReference(server: "s", id: ""), user: "ada") == nil)
        #expect(ids.wrap(TaskReference(server: "s", id: String(repeating: "x", count: TaskIDs.lengthLimit + 1)), user: "ada") == nil)
    }

    @Test("one task of one user has one id, and no other has it")
    func same() throws {
        let wrapped = try #require(ids.wrap(task, user: "ada"))
        #expect(ids.wrap(task, user: "ada") == wrapped)
        var others: Set<String> = [wrapped]
        for user in ["ada", "ad", "adaa", "1/ada", ""] {
            for server in ["files", "file", "filess"] {
                for id in [task.id, "s" + task.id, String(task.id.dropFirst())] {
                    for isDedicated in [false, true] {
                        let other = TaskReference(server: server, id: id, isDedicated: isDedicated)
                        guard user != "ada" || other != task else { continue }
                        #expect(others.insert(try #require(ids.wrap(other, user: user))).inserted)
                    }
                }
            }
        }
    }

    @Test("another user's id is none, and neither is one that was made elsewhere or changed anywhere")
    func forged() throws {
        let wrapped = try #require(ids.wrap(task, user: "ada"))
        for user in ["bob", "ad", "adaa", "Ada", ""] { #expect(ids.open(wrapped, user: user) == nil) }
        #expect(TaskIDs(key: nil).open(wrapped, user: "ada") == nil)
        let letters = Array(wrapped)
        for index in letters.indices {
            for letter: Character in ["A", "b", "-", "=", "."] where letters[index] != letter {
                var changed = letters
                changed[index] = letter
                #expect(ids.open(String(changed), user: "ada") == nil)
            }
            #expect(ids.open(String(letters[..<index]), user: "ada") == nil)
        }
        for text in ["", "t1.", "t1.AA", task.id, wrapped + "A", wrapped + "=", " " + wrapped, String(repeating: "t1.", count: 10_000)] {
            #expect(ids.open(text, user: "ada") == nil)
        }
    }

    @Test("an id tells the tool whose call the task is, and one of before tells none")
    func tools() throws {
        for tool in ["a", "a::b", String(repeating: "x", count: 256), "\u{1F600}"] {
            let wrapped = try #require(ids.wrap(task, tool: tool, user: "ada"))
            let opened = try #require(ids.openWithTool(wrapped, user: "ada"))
            #expect(opened.task == task && opened.tool == tool)
            #expect(ids.openWithTool(wrapped, user: "bob") == nil && wrapped != ids.wrap(task, user: "ada"))
        }
        let plain = try #require(ids.wrap(task, user: "ada"))
        #expect(try #require(ids.openWithTool(plain, user: "ada")).tool == nil)
        let long = TaskReference(server: "s", id: String(repeating: "x", count: TaskIDs.lengthLimit))
        let wrapped = try #require(ids.wrap(long, tool: String(repeating: "y", count: 256), user: "ada"))
        #expect(ids.open(wrapped, user: "ada") == long)
        #expect(ids.wrap(task, tool: String(repeating: "y", count: 257), user: "ada") == nil)
    }

    @Test("the same key opens them after a restart")
    func restart() throws {
        let bytes = [UInt8](repeating: 7, count: 32)
        func make() -> TaskIDs { TaskIDs(key: SecretBytes(copying: bytes)) }
        let wrapped = try #require(make().wrap(task, user: "ada"))
        #expect(make().open(wrapped, user: "ada") == task)
    }
}
