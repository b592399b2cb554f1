import Foundation
import PetaIdentity
import PetaStore
import Testing

@Suite("Users")
struct UserTests {
    @Test("the first start makes an owner and a token named first, the second start makes nothing")
    func bootstrap() async throws {
        try await withIdentity { peta async throws in
            let made = try #require(try await peta.identity.bootstrap())
            #expect(made.owner.id == "owner" && made.owner.role == .owner && made.owner.state == .enabled)
            #expect(made.token.info.name == "first")
            #expect(peta.identity.who(made.token)?.userID == "owner")
            #expect(try await peta.identity.bootstrap() == nil)
            #expect(try await peta.reopened().bootstrap() == nil)
            #expect(try peta.reopened().who(made.token)?.userID == "owner")
        }
    }

    @Test("of many first starts at once one makes the owner")
    func bootstrapRace() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 { group.addTask { try await identity.bootstrap() != nil } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
            #expect(identity.users().map(\.id) == ["owner"])
            #expect(try await identity.tokens().count == 1)
        }
    }

    @Test("a user is kept with all its fields, and found again after a restart")
    func fields() async throws {
        try await withIdentity { peta async throws in
            let expiry = peta.clock.now + 1000
            let user = try await peta.identity.addUser(
                id: "ann@example.org", name: "Ann Ä", role: .admin, notes: "two\nlines", labels: ["team": "a b", "x": ""], expiresAt: expiry
            )
            #expect(user.name == "Ann Ä" && user.role == .admin && user.notes == "two\nlines" && user.labels == ["team": "a b", "x": ""])
            #expect(user.createdAt == peta.clock.now && user.expiresAt == expiry)
            #expect(try peta.identity.user("ann@example.org") == user)
            #expect(try peta.reopened().users() == [user])
        }
    }

    @Test("users are listed by id")
    func order() async throws {
        try await withIdentity { peta async throws in
            for id in ["zoe", "0x", "max"] { _ = try await peta.identity.addUser(id: id) }
            #expect(peta.identity.users().map(\.id) == ["0x", "max", "zoe"])
            #expect(peta.identity.users().map(\.name) == ["0x", "max", "zoe"])
        }
    }

    @Test("a second user of one id is refused", arguments: ["ann"])
    func duplicate(id: String) async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: id)
            #expect(try await code { _ = try await peta.identity.addUser(id: id, name: "Other") } == "already_exists")
            #expect(try peta.identity.user(id).name == id)
        }
    }

    @Test(
        "an id outside the rule is refused",
        arguments: ["", "Ann", "-a", ".a", "a b", "a/b", "ä", "a\n", "a\u{0}", String(repeating: "a", count: 65)])
    func badIDs(id: String) async throws {
        try await withIdentity { peta async throws in
            #expect(try await code { _ = try await peta.identity.addUser(id: id) } == "invalid_argument")
            #expect(peta.identity.users().isEmpty)
        }
    }

    @Test("a field that is refused is named")
    func badFields() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            func message(_ body: () async throws -> Void) async throws -> String {
                do {
                    try await body()
                    return ""
                } catch let error as any OperatorError {
                    return error.message
                }
            }
            #expect(try await message { _ = try await identity.addUser(id: "a", name: "") }.hasPrefix("name:"))
            #expect(try await message { _ = try await identity.addUser(id: "a", name: "x\u{1B}[31m") }.hasPrefix("name:"))
            #expect(try await message { _ = try await identity.addUser(id: "a", notes: "a\u{7}") }.hasPrefix("notes:"))
            #expect(try await message { _ = try await identity.addUser(id: "a", labels: ["1": "x"]) }.hasPrefix("labels:"))
            #expect(try await message { _ = try await identity.addUser(id: "a", labels: ["k": "\n"]) }.hasPrefix("labels:"))
            #expect(try await message { _ = try await identity.addUser(id: "a", expiresAt: peta.clock.now) }.hasPrefix("expiresAt:"))
            #expect(identity.users().isEmpty)
        }
    }

    @Test(
        "a disabled or suspended user's tokens stop working, and work again when it is enabled",
        arguments: [UserState.disabled, .suspended])
    func disabled(state: UserState) async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann")
            let token = try await peta.identity.createToken(user: "ann")
            #expect(peta.identity.who(token) != nil)
            #expect(try await peta.identity.setState("ann", state).state == state)
            #expect(peta.identity.who(token) == nil)
            #expect(try peta.reopened().who(token) == nil)
            #expect(try await peta.identity.setState("ann", .enabled).state == .enabled)
            #expect(peta.identity.who(token)?.userID == "ann")
        }
    }

    @Test("removing a user removes its tokens and grants: a new one of the same id starts with nothing")
    func removal() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann")
            try await peta.identity.grant(user: "ann", server: "bank")
            let token = try await peta.identity.createToken(user: "ann")
            try await peta.identity.removeUser("ann")
            #expect(peta.identity.who(token) == nil)
            #expect(try await peta.identity.tokens().isEmpty)
            _ = try await peta.identity.addUser(id: "ann")
            #expect(peta.identity.who(token) == nil)
            #expect(peta.identity.snapshot.grants(of: "ann").isEmpty)
            #expect(try peta.reopened().snapshot.grants(of: "ann").isEmpty)
        }
    }

    @Test("an act on a user that does not exist says not found")
    func unknown() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            #expect(try await code { _ = try identity.user("ann") } == "not_found")
            #expect(try await code { try await identity.removeUser("ann") } == "not_found")
            #expect(try await code { _ = try await identity.setState("ann", .disabled) } == "not_found")
            #expect(try await code { try await identity.grant(user: "ann", server: "bank") } == "not_found")
            #expect(try await code { try await identity.revoke(user: "ann", server: "bank") } == "not_found")
            #expect(try await code { _ = try await identity.createToken(user: "ann") } == "not_found")
            #expect(try await code { _ = try await identity.tokens(user: "ann") } == "not_found")
            #expect(try await code { try await identity.revokeToken("tok_000000000000") } == "not_found")
        }
    }

    @Test("the last enabled owner can be neither removed, disabled nor suspended")
    func lastOwner() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let token = try #require(try await identity.bootstrap()).token
            func refusals() async throws -> [String?] {
                [
                    try await code { try await identity.removeUser("owner") },
                    try await code { _ = try await identity.setState("owner", .disabled) },
                    try await code { _ = try await identity.setState("owner", .suspended) },
                ]
            }
            let refused: [String?] = ["not_permitted", "not_permitted", "not_permitted"]
            #expect(try await refusals() == refused)
            // None of these is an owner that stays.
            _ = try await identity.addUser(id: "admin", role: .admin)
            _ = try await identity.addUser(id: "disabled", role: .owner)
            _ = try await identity.addUser(id: "passing", role: .owner, expiresAt: peta.clock.now + 10)
            _ = try await identity.setState("disabled", .disabled)
            #expect(try await refusals() == refused)
            #expect(identity.who(token)?.role == .owner)
            _ = try await identity.addUser(id: "second", role: .owner)
            try await identity.removeUser("owner")
            #expect(identity.who(token) == nil)
            #expect(try await code { try await identity.removeUser("second") } == "not_permitted")
        }
    }

    @Test("two owners that remove each other at once leave one")
    func lastOwnerRace() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            for _ in 0..<20 {
                for id in ["a", "b"] where identity.snapshot.users[id] == nil { _ = try await identity.addUser(id: id, role: .owner) }
                await withTaskGroup(of: Void.self) { group in
                    for id in ["a", "b"] { group.addTask { try? await identity.removeUser(id) } }
                }
                #expect(identity.users().count == 1)
            }
        }
    }
}
