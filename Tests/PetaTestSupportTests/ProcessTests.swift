import PetaTestSupport
import Testing

@Suite("The tests' own view of processes and files")
struct ProcessTests {
    @Test("input, output, status and environment of a child are exactly what was given")
    func run() throws {
        let result = try PetaTestSupport.run(
            "/bin/sh", ["-c", "cat; echo \"$A-$HOME\" >&2; exit 3"], stdin: "in\n", environment: ["A": "b"])
        #expect(result.status == 3)
        #expect(result.stdout == "in\n")
        #expect(result.stderr == "b-\n")
    }

    @Test("a signal shows as 128 and its number, and a missing program as an error")
    func signals() throws {
        #expect(try PetaTestSupport.run("/bin/sh", ["-c", "kill -9 $$"]).status == 137)
        #expect(throws: TestFailure.self) { try ChildProcess("/no/such/program", []) }
    }

    @Test("a program runs in the directory it is given")
    func directory() throws {
        let directory = try TemporaryDirectory()
        #expect(try PetaTestSupport.run("/bin/pwd", [], directory: directory.path).stdout == directory.path + "\n")
    }

    @Test("a child inherits no descriptor but its three, also when others start at the same time")
    func descriptors() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let child = try ChildProcess("/bin/cat", [])
                    try child.writeLine("ready")
                    _ = try child.stdout.line(0)
                    #expect(ProcessTable.descriptors(child.pid).keys.sorted() == [0, 1, 2])
                    child.closeInput()
                    #expect(try child.wait() == .exited(0))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("descendants are found over generations, and a leak is reported with its name")
    func leaks() throws {
        let child = try ChildProcess(
            "/bin/sh", ["-c", "echo ready; read x; cat /dev/zero >/dev/null & echo started; read y; kill $!; wait; read z"])
        _ = try child.stdout.line(0)
        let check = LeakCheck(of: child.pid)
        try check.expectNothingLeft()
        try child.writeLine("")
        _ = try child.stdout.line(1)
        let failure = #expect(throws: TestFailure.self) { try check.expectNothingLeft(within: 0.05) }
        #expect(failure?.description.contains("cat[") == true || failure?.description.contains("sh[") == true)
        try child.writeLine("")
        try check.expectNothingLeft()
        #expect((ProcessTable.residentBytes(child.pid) ?? 0) > 10_000)
        #expect(ProcessTable.threads(child.pid) == 1)
        child.closeInput()
        try child.wait()
        #expect(ProcessTable.entry(child.pid) == nil)
    }

    @Test("a temporary directory is private, and gone with its last reference")
    func temporary() throws {
        var directory: TemporaryDirectory? = try TemporaryDirectory()
        let path = try #require(directory?.path)
        try directory?.write("x", to: "file")
        #expect(directory?.contents == ["file"])
        #expect(try PetaTestSupport.run("/usr/bin/stat", ["-c", "%a", path, path + "/file"]).stdout == "700\n600\n")
        directory = nil
        #expect(try PetaTestSupport.run("/usr/bin/test", ["-e", path]).status == 1)
    }

    @Test("waiting for what does not come ends with its name")
    func waiting() throws {
        let child = try ChildProcess("/bin/cat", [])
        let failure = #expect(throws: TestFailure.self) { try child.stdout.line(containing: "never", within: 0.05) }
        #expect(failure?.description.contains("never") == true)
        #expect(throws: TestFailure.self) { try child.wait(within: 0.05) }
        child.closeInput()
        #expect(throws: TestFailure.self) { try child.stdout.line(containing: "never") }
    }
}
