import Foundation
import PetaIdentity
import PetaStore
import Testing

@Suite("Users of this machine")
struct LocalUserTests {
    @Test("a user's uid stands for it, with its grants and without a token, also after a restart")
    func mapped() async throws {
        try await withIdentity { peta async throws in
            let user = try await peta.identity.addUser(id: "ann", uid: 1000)
            #expect(user.uid == 1000)
            try await peta.identity.grant(user: "ann", server: "files")
            let principal = try #require(peta.identity.snapshot.principal(uid: 1000))
            #expect(principal.userID == "ann" && principal.tokenID == nil && principal.localUID == 1000)
            #expect(principal.mayUse(server: "files") && !principal.mayUse(server: "bank"))
            #expect(peta.identity.snapshot.principal(uid: 1001) == nil)
            #expect(try peta.reopened().snapshot.principal(uid: 1000)?.userID == "ann")
        }
    }

    @Test("no two users have one uid, and one that was given up can go to another")
    func unique() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann", uid: 0)
            #expect(try await code { _ = try await peta.identity.addUser(id: "bob", uid: 0) } == "already_exists")
            _ = try await peta.identity.addUser(id: "bob")
            var taking = UserChanges()
            taking.uid = 0
            #expect(try await code { _ = try await peta.identity.updateUser("bob", taking) } == "already_exists")
            #expect(try await peta.identity.updateUser("ann", taking).uid == 0, "its own")
            var leaving = UserChanges()
            leaving.uid = .some(nil)
            #expect(try await peta.identity.updateUser("ann", leaving).uid == nil)
            #expect(try await peta.identity.updateUser("bob", taking).uid == 0)
            #expect(peta.identity.snapshot.principal(uid: 0)?.userID == "bob")
            #expect(try await code { _ = try await peta.identity.addUser(id: "eve", uid: .max) } == "invalid_argument")
        }
    }

    @Test("a kept principal ends with its mapping, its user's state and its user's expiry, and never becomes another's")
    func current() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann", expiresAt: peta.clock.now + 100, uid: 1000)
            let kept = try #require(identity.snapshot.principal(uid: 1000))
            #expect(identity.snapshot.current(kept) != nil)
            try await identity.grant(user: "ann", server: "files")
            #expect(identity.snapshot.current(kept)?.mayUse(server: "files") == true)
            _ = try await identity.setState("ann", .disabled)
            #expect(identity.snapshot.current(kept) == nil && identity.snapshot.principal(uid: 1000) == nil)
            _ = try await identity.setState("ann", .enabled)
            #expect(identity.snapshot.current(kept) != nil)
            var changes = UserChanges()
            changes.uid = .some(nil)
            _ = try await identity.updateUser("ann", changes)
            #expect(identity.snapshot.current(kept) == nil)
            _ = try await identity.addUser(id: "bob", uid: 1000)
            #expect(identity.snapshot.current(kept) == nil && identity.snapshot.principal(uid: 1000)?.userID == "bob")
            try await identity.removeUser("bob")
            changes.uid = 1000
            _ = try await identity.updateUser("ann", changes)
            #expect(identity.snapshot.current(kept) != nil)
            peta.clock.advance(101)
            #expect(identity.snapshot.current(kept) == nil && identity.snapshot.principal(uid: 1000) == nil)
        }
    }

    @Test("the gateway's own uid is an owner until somebody has it, and nobody while that one is disabled")
    func own() async throws {
        try await withIdentity { peta async throws in
            let identity = try Identity(store: peta.store, feed: ChangeFeed(), ownUID: 500, clock: { [clock = peta.clock] in clock.now })
            #expect(identity.snapshot.principal(uid: 500) == nil, "there is no owner yet")
            _ = try await identity.bootstrap()
            let owner = try #require(identity.snapshot.principal(uid: 500))
            #expect(owner.userID == "owner" && owner.role == .owner && owner.mayUse(server: "any"))
            #expect(identity.snapshot.principal(uid: 501) == nil && identity.snapshot.principal(uid: 0) == nil)
            _ = try await identity.addUser(id: "ann", uid: 500)
            #expect(identity.snapshot.principal(uid: 500)?.userID == "ann")
            #expect(identity.snapshot.current(owner) == nil)
            _ = try await identity.setState("ann", .disabled)
            #expect(identity.snapshot.principal(uid: 500) == nil)
            try await identity.removeUser("ann")
            #expect(identity.snapshot.current(owner) != nil)
            // Another owner takes its place when the first one goes.
            _ = try await identity.addUser(id: "boss", role: .owner)
            _ = try await identity.setState("owner", .disabled)
            #expect(identity.snapshot.principal(uid: 500)?.userID == "boss")
            #expect(identity.snapshot.current(owner) == nil)
            #expect(peta.identity.snapshot.principal(uid: 500) == nil, "only where a uid was named as its own")
        }
    }

    @Test("only what is named changes, and what is wrong changes nothing")
    func update() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let before = try await identity.addUser(
                id: "ann", notes: "n", labels: ["a": "1", "b": "2"], expiresAt: peta.clock.now + 50, uid: 7)
            #expect(try await identity.updateUser("ann", UserChanges()) == before)
            var changes = UserChanges()
            changes.name = "Ann"
            changes.labels = ["a": nil, "c": "3"]
            changes.expiresAt = .some(nil)
            let after = try await identity.updateUser("ann", changes)
            #expect(
                after.name == "Ann" && after.notes == "n" && after.labels == ["b": "2", "c": "3"] && after.expiresAt == nil
                    && after.uid == 7)
            #expect(after.createdAt == before.createdAt && after.role == before.role)
            #expect(try peta.reopened().user("ann") == after)
            var wrong = UserChanges()
            wrong.notes = "fine"
            wrong.labels = ["1": "x"]
            #expect(try await code { _ = try await identity.updateUser("ann", wrong) } == "invalid_argument")
            #expect(try identity.user("ann") == after)
            #expect(try await code { _ = try await identity.updateUser("bob", changes) } == "not_found")
        }
    }

    @Test("the last owner that does not expire keeps its being so")
    func lastOwner() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.bootstrap()
            var changes = UserChanges()
            changes.expiresAt = peta.clock.now + 10
            #expect(try await code { _ = try await peta.identity.updateUser("owner", changes) } == "not_permitted")
            _ = try await peta.identity.addUser(id: "boss", role: .owner)
            #expect(try await peta.identity.updateUser("owner", changes).expiresAt != nil)
        }
    }
}
