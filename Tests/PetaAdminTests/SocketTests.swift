import Foundation
import Glibc
import NIOPosix
import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import PetaStore
import Testing

@Suite("The admin socket")
struct SocketTests {
    @Test("socket and directory are for the owner alone, and nothing else lies beside the socket")
    func modes() async throws {
        try await withAdmin { peta async throws in
            let group = getgrnam("peta")?.pointee.gr_gid
            let isShared = group != nil && (geteuid() == 0 || getegid() == group)
            #expect(mode(peta.socket) == (isShared ? 0o660 : 0o600))
            #expect(mode(peta.directory + "/run") == (isShared ? 0o755 : 0o700))
            #expect(try FileManager.default.contentsOfDirectory(atPath: peta.directory + "/run") == ["admin.sock"])
        }
    }

    @Test("a group that is ours to give may use the socket")
    func groupModes() async throws {
        try await withFixture { peta async throws in
            let name = geteuid() == 0 ? "nogroup" : String(cString: try #require(getgrgid(getegid())?.pointee.gr_name))
            let (starts, start) = AsyncStream<Void>.makeStream()
            let server = try AdminServer(
                path: peta.socket, stage: peta.stage, vault: peta.vault, doctor: FakeDoctor(), userGroup: name,
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: peta.log.logger(), started: { start.yield() })
            let running = Task { try await server.run() }
            for await _ in starts { break }
            #expect(mode(peta.socket) == 0o660)
            #expect(mode(peta.directory + "/run") == 0o755)
            #expect(group(of: peta.socket) == getgrnam(name)?.pointee.gr_gid)
            running.cancel()
            _ = await running.result
        }
    }

    @Test("the socket is gone after a stop")
    func removed() async throws {
        try await withFixture { peta async throws in
            try await peta.serving { #expect(FileManager.default.fileExists(atPath: peta.socket)) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: peta.directory + "/run").isEmpty)
        }
    }

    @Test("a socket on which somebody answers is in use, and goes on working")
    func live() async throws {
        try await withAdmin { peta async throws in
            await #expect { try await peta.server().run() } throws: { ($0 as? any OperatorError)?.code == "already_exists" }
            #expect(try await peta.ask { try $0.status() }.version == "1.2.3")
        }
    }

    @Test("of servers that start at once on one path exactly one serves")
    func race() async throws {
        try await withFixture { peta async throws in
            let (events, event) = AsyncStream<Bool>.makeStream()
            let servers = try (0..<8).map { _ in try peta.server { event.yield(true) } }
            let running = servers.map { server in
                Task {
                    do { try await server.run() } catch is any OperatorError { event.yield(false) }
                }
            }
            var seen: [Bool] = []
            for await won in events {
                seen.append(won)
                if seen.count == 8 { break }
            }
            #expect(seen.filter { $0 }.count == 1)
            #expect(try await peta.ask { try $0.status() }.version == "1.2.3")
            for task in running { task.cancel() }
            for task in running { _ = await task.result }
            #expect(try FileManager.default.contentsOfDirectory(atPath: peta.directory + "/run").isEmpty)
        }
    }

    @Test("a socket that a dead daemon left is replaced")
    func stale() async throws {
        try await withFixture { peta async throws in
            try FileManager.default.createDirectory(atPath: peta.directory + "/run", withIntermediateDirectories: false)
            try leaveStaleSocket(peta.socket)
            try await peta.serving { () async throws in #expect(try await peta.ask { try $0.status() }.version == "1.2.3") }
        }
    }

    @Test("what is not a socket is left alone")
    func otherFile() async throws {
        try await withFixture { peta async throws in
            try FileManager.default.createDirectory(atPath: peta.directory + "/run", withIntermediateDirectories: false)
            try Data("precious".utf8).write(to: URL(fileURLWithPath: peta.socket))
            await #expect { try await peta.server().run() } throws: { ($0 as? any OperatorError)?.code == "failed" }
            #expect(try Data(contentsOf: URL(fileURLWithPath: peta.socket)) == Data("precious".utf8))
        }
    }

    @Test("at the stop another's socket on the same path is left alone")
    func replaced() async throws {
        try await withFixture { peta async throws in
            try await peta.serving {
                unlink(peta.socket)
                try leaveStaleSocket(peta.socket)
            }
            #expect(FileManager.default.fileExists(atPath: peta.socket))
        }
    }

    @Test("a path that is longer than a socket's may be is refused, saying how long it may be")
    func longPath() async throws {
        try await withFixture { peta async throws in
            func make(_ path: String) throws -> AdminServer {
                try AdminServer(
                    path: path, stage: peta.stage, vault: peta.vault, doctor: FakeDoctor(),
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                    logger: peta.log.logger())
            }
            let directory = "/tmp/" + String(repeating: "d", count: 80) + "/"
            let longest = directory + String(repeating: "s", count: 107 - directory.utf8.count)
            _ = try make(longest)
            #expect { try make(longest + "s") } throws: { error in
                guard let error = error as? any OperatorError else { return false }
                return error.code == "invalid_argument" && error.message.contains("108") && error.message.contains("107")
            }
            for path in ["", "relative.sock", "/tmp/", "/tmp/a\u{0}b"] {
                #expect(throws: (any Error).self) { try make(path) }
            }
        }
    }

    @Test("a directory into which everybody may write is refused")
    func openDirectory() async throws {
        try await withFixture { peta async throws in
            try FileManager.default.createDirectory(atPath: peta.directory + "/run", withIntermediateDirectories: false)
            chmod(peta.directory + "/run", 0o777)
            await #expect { try await peta.server().run() } throws: { ($0 as? any OperatorError)?.code == "not_permitted" }
        }
    }

    /// Not by stat(2): which module has struct stat depends on what else is built.
    private func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
    }

    private func group(of path: String) -> gid_t? {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.groupOwnerAccountID] as? NSNumber).map { gid_t($0.uint32Value) }
    }

    /// A socket that nobody listens on any more.
    private func leaveStaleSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(result == 0)
    }
}
