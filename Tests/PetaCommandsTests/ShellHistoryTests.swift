import Foundation
import Glibc
import PetaCommands
import Testing

@Suite struct ShellHistoryTests {
    @Test("lines come back as they were typed, and nobody else may read them")
    func roundTrip() async throws {
        try await TemporaryDirectory.with { directory in
            let history = ShellHistory(path: directory + "/a/b/history")
            #expect(history.load().isEmpty)
            let lines = ["status", "x 'a\nb'", #"y \n \\ é"#, "漢字 😀"]
            for line in lines { try history.append(line) }
            #expect(history.load() == lines)
            #expect(try mode(history.path) == 0o600)
            #expect(try mode(directory + "/a/b") == 0o700)
            chmod(history.path, 0o644)
            try history.append("z")
            #expect(try mode(history.path) == 0o600)
            try history.clear()
            try history.clear()
            #expect(history.load().isEmpty)
        }
    }

    @Test("shells that append at once lose no line of each other, also while the file is made shorter")
    func together() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory + "/history"
            // Near its limit, so that every thread finds it too large now and then.
            try ShellHistory(path: path).append(String(repeating: "o", count: 60_000))
            let filler = String(repeating: "f", count: 9_000)
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0..<60 {
                            // One that found no turn says so, and is not lost in silence.
                            while (try? ShellHistory(path: path).append("w\(writer) n\(number) \(filler)")) == nil {}
                        }
                    }
                }
            }
            let lines = ShellHistory(path: path).load()
            for writer in 0..<4 {
                let numbers = lines.filter { $0.hasPrefix("w\(writer) ") }.compactMap { Int($0.split(separator: " ")[1].dropFirst()) }
                // The oldest are dropped, of one that was done early all of them.
                #expect(numbers.isEmpty || numbers == Array(numbers[0]...59), "nothing between is missing")
            }
            #expect(lines.count >= 50)
            let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
            #expect(size <= ShellHistory.largest + 20_000)
        }
    }

    @Test("a line that was cut off by a crash does not become part of the next one")
    func torn() async throws {
        try await TemporaryDirectory.with { directory in
            let history = ShellHistory(path: directory + "/history")
            try history.append("one")
            let file = try #require(FileHandle(forWritingAtPath: history.path))
            file.seekToEndOfFile()
            file.write(Data("tw".utf8))
            try file.close()
            try history.append("three")
            #expect(history.load() == ["one", "tw", "three"])
        }
    }

    @Test("what stands at the path and is no file of one's own is left alone", arguments: ["link", "fifo", "directory"])
    func foreign(_ kind: String) async throws {
        try await TemporaryDirectory.with { directory in
            let history = ShellHistory(path: directory + "/history")
            let target = directory + "/target"
            try "precious\n".write(toFile: target, atomically: true, encoding: .utf8)
            switch kind {
            case "link": symlink(target, history.path)
            case "fifo": mkfifo(history.path, 0o600)
            default: mkdir(history.path, 0o700)
            }
            #expect(history.load().isEmpty)
            #expect(throws: (any Error).self) { try history.append("status") }
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious\n")
        }
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
}
