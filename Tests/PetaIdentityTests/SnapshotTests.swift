import Foundation
import GRDB
import PetaIdentity
import PetaStore
import Synchronization
import Testing

@Suite("Snapshots")
struct SnapshotTests {
    @Test("an operation returns only after every listener has seen its change")
    func announced() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let seen = Mutex<(generation: UInt64, count: Int)>((0, 0))
            peta.feed.subscribe { changes in
                guard changes == [.identity] else { return }
                await Task.yield()
                let generation = identity.snapshot.generation
                seen.withLock { $0 = (generation, $0.count + 1) }
            }
            func expectSeen(_ count: Int) {
                let now = seen.withLock { $0 }
                #expect(now.generation == identity.snapshot.generation && now.count == count)
            }
            _ = try await identity.bootstrap()
            expectSeen(1)
            _ = try await identity.addUser(id: "ann")
            expectSeen(2)
            try await identity.grant(user: "ann", server: "bank")
            expectSeen(3)
            let token = try await identity.createToken(user: "ann")
            expectSeen(4)
            _ = try await identity.setState("ann", .disabled)
            expectSeen(5)
            try await identity.revoke(user: "ann", server: "bank")
            expectSeen(6)
            try await identity.revokeToken(token.id)
            expectSeen(7)
            try await identity.removeUser("ann")
            expectSeen(8)
        }
    }

    @Test("a snapshot that was taken does not change")
    func immutable() async throws {
        try await withIdentity { peta async throws in
            let before = peta.identity.snapshot
            let made = try #require(try await peta.identity.bootstrap())
            #expect(before.users.isEmpty)
            #expect(before.principal(token: made.token.info.digest) == nil)
            #expect(peta.identity.snapshot.generation > before.generation)
        }
    }

    @Test("a change that cannot be committed changes nothing, on disk or in memory")
    func failedCommit() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let token = try #require(try await identity.bootstrap()).token
            let before = identity.snapshot
            peta.commits.refuse(true)
            await #expect(throws: (any Error).self) { _ = try await identity.addUser(id: "ann") }
            await #expect(throws: (any Error).self) { try await identity.revokeToken(token.id) }
            peta.commits.refuse(false)
            #expect(identity.snapshot === before)
            #expect(identity.who(token) != nil)
            #expect(try peta.reopened().users().map(\.id) == ["owner"])
            _ = try await identity.addUser(id: "ann")
            #expect(identity.users().map(\.id) == ["ann", "owner"])
        }
    }

    @Test("a caller that is cancelled does not leave its change half done")
    func cancelled() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            for round in 0..<20 {
                let task = Task { try await identity.addUser(id: "u\(round)") }
                task.cancel()
                let user = try await task.value
                #expect(user.id == "u\(round)")
            }
            let stored = try peta.reopened().users()
            #expect(stored == identity.users())
        }
    }

    @Test("after many changes at once the snapshot is what the database holds")
    func concurrent() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            _ = try await identity.bootstrap()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<24 {
                    group.addTask {
                        let id = "u\(n % 6)"
                        do { _ = try await identity.addUser(id: id) } catch let error as any OperatorError
                            where error.code == "already_exists"
                        {}
                        try await identity.grant(user: id, server: "s\(n)")
                        let token = try await identity.createToken(user: id)
                        if n.isMultiple(of: 3) { try await identity.revokeToken(token.id) }
                        if n.isMultiple(of: 4) { try await identity.revoke(user: id, server: "s\(n)") }
                        if n.isMultiple(of: 5) { _ = try await identity.setState(id, .disabled) }
                    }
                }
                try await group.waitForAll()
            }
            let fresh = try peta.reopened()
            #expect(fresh.users() == identity.users())
            #expect(identity.users().count == 7)
            for user in identity.users() {
                #expect(fresh.snapshot.grants(of: user.id) == identity.snapshot.grants(of: user.id))
                #expect(fresh.snapshot.validTokenCount(of: user.id) == identity.snapshot.validTokenCount(of: user.id))
            }
            for token in try await identity.tokens() {
                let kept = identity.snapshot.principal(token: token.digest)
                let read = fresh.snapshot.principal(token: token.digest)
                #expect(kept?.userID == read?.userID && kept?.servers == read?.servers)
            }
        }
    }

    @Test("readers see each snapshot whole while changes go on")
    func readers() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann")
            let token = try await identity.createToken(user: "ann")
            let done = Flag()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    var last: UInt64 = 0
                    while !done.isUp {
                        let snapshot = identity.snapshot
                        guard snapshot.generation >= last, let principal = snapshot.principal(token: token.info.digest),
                            principal.servers == .only(snapshot.grants(of: "ann"))
                        else { return false }
                        last = snapshot.generation
                        await Task.yield()
                    }
                    return true
                }
                for n in 0..<50 { try await identity.grant(user: "ann", server: "s\(n)") }
                done.raise()
                for try await sound in group { #expect(sound) }
            }
        }
    }

    @Test("with ten thousand users and twenty thousand tokens a change is seen, and only its user changes")
    func scale() async throws {
        try await withIdentity { peta async throws in
            try await peta.store.write { db in
                let numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                try db.execute(
                    sql: """
                        INSERT INTO identity_user \(numbers) SELECT 'u' || i, 'User ' || i, 'user', 'enabled', '', '{}', 0, NULL, NULL, 'default', NULL, NULL FROM n;
                        INSERT INTO identity_right \(numbers) SELECT 'u' || i, 'bank', '', '', 1 FROM n;
                        INSERT INTO identity_token \(numbers)
                            SELECT 'tok_a' || i, 'u' || i, 't', randomblob(32), NULL, 0, NULL, NULL, NULL, NULL FROM n;
                        INSERT INTO identity_token \(numbers)
                            SELECT 'tok_b' || i, 'u' || i, 't', randomblob(32), NULL, 0, NULL, NULL, NULL, NULL FROM n;
                        """)
            }
            let identity = try peta.reopened()
            #expect(identity.snapshot.users.count == 10_000)
            #expect(identity.snapshot.validTokenCount(of: "u9999") == 2)
            // How long a change takes at this size is measured by bench/governance.py.
            for n in 0..<10 { try await identity.grant(user: "u\(n)", server: "post") }
            #expect(identity.snapshot.grants(of: "u9") == ["bank", "post"])
            #expect(identity.snapshot.grants(of: "u10") == ["bank"])
            #expect(identity.snapshot.users.count == 10_000)
        }
    }
}
