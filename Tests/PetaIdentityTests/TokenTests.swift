import Foundation
import GRDB
import PetaIdentity
import PetaStore
import Testing

@Suite("Tokens and rights")
struct TokenTests {
    @Test("a token stands for its user, with role, name and ids")
    func principal() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann", name: "Ann", role: .admin)
            let token = try await peta.identity.createToken(user: "ann", name: "laptop")
            #expect(token.id.wholeMatch(of: /tok_[0-9a-f]{12}/) != nil)
            let principal = try #require(peta.identity.who(token))
            #expect(principal.userID == "ann" && principal.userName == "Ann" && principal.role == .admin && principal.tokenID == token.id)
            #expect(principal.tokenExpiresAt == nil && principal.tokenServers == nil && principal.servers == .only([]))
            let listed = try await peta.identity.tokens(user: "ann")
            #expect(listed == [token.info])
            #expect(listed[0].name == "laptop" && listed[0].lastUsedAt == nil)
        }
    }

    @Test("a well-formed token that was never given out stands for nobody")
    func unknown() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.bootstrap()
            guard case .token(let digest) = parsed(token: text(TokenFormat.make())) else {
                Issue.record("a fresh token is not well formed")
                return
            }
            #expect(peta.identity.snapshot.principal(token: digest) == nil)
        }
    }

    @Test("the database never holds the token")
    func notStored() async throws {
        try await withIdentity { peta async throws in
            let token = try #require(try await peta.identity.bootstrap()).token
            try await peta.store.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            let file = try Data(contentsOf: URL(fileURLWithPath: peta.store.directory + "/peta.db"))
            let whole = text(token.token)
            #expect(file.range(of: Data(token.id.utf8)) != nil)
            #expect(file.range(of: Data(whole.utf8)) == nil)
            #expect(file.range(of: Data(whole.dropFirst(5).prefix(43).utf8)) == nil)
            #expect(!"\(token)".contains(whole))
        }
    }

    @Test("a revoked token stops working before the act returns; others of the user stay")
    func revoked() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann")
            let first = try await peta.identity.createToken(user: "ann")
            let second = try await peta.identity.createToken(user: "ann")
            #expect(try await peta.identity.revokeToken(first.id) == first.info)
            #expect(peta.identity.who(first) == nil)
            #expect(peta.identity.who(second) != nil)
            #expect(try await code { try await peta.identity.revokeToken(first.id) } == "not_found")
            #expect(try peta.reopened().who(first) == nil)
        }
    }

    @Test("a token works up to its expiry and not at it, with no change in between")
    func tokenExpiry() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann")
            let token = try await peta.identity.createToken(user: "ann", expiresAt: peta.clock.now + 60)
            let kept = try #require(peta.identity.who(token))
            #expect(peta.identity.snapshot.validTokenCount(of: "ann") == 1)
            peta.clock.advance(59)
            #expect(peta.identity.who(token) != nil)
            #expect(kept.isValid(at: peta.clock.now))
            peta.clock.advance(1)
            #expect(peta.identity.who(token) == nil)
            #expect(!kept.isValid(at: peta.clock.now))
            #expect(peta.identity.snapshot.current(kept) == nil)
            #expect(!peta.identity.snapshot.mayUse(kept, server: "bank", isPublic: true))
            #expect(peta.identity.snapshot.validTokenCount(of: "ann") == 0)
            #expect(try await peta.identity.tokens(user: "ann").count == 1)
        }
    }

    @Test("an expired user's tokens do not work, it shows as expired, and it cannot be enabled")
    func userExpiry() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann", expiresAt: peta.clock.now + 60)
            let token = try await peta.identity.createToken(user: "ann", expiresAt: peta.clock.now + 3600)
            #expect(try #require(peta.identity.who(token)).validUntil == peta.clock.now + 60)
            peta.clock.advance(60)
            #expect(peta.identity.who(token) == nil)
            #expect(try peta.identity.user("ann").state == .expired)
            #expect(peta.identity.users().map(\.state) == [.expired])
            #expect(try await code { _ = try await peta.identity.setState("ann", .enabled) } == "failed")
            #expect(try await code { _ = try await peta.identity.setState("ann", .expired) } == "invalid_argument")
        }
    }

    @Test("an expiry in the past, an empty narrowing and what is no server id are refused")
    func badTokens() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann")
            #expect(try await code { _ = try await identity.createToken(user: "ann", expiresAt: peta.clock.now) } == "invalid_argument")
            #expect(try await code { _ = try await identity.createToken(user: "ann", servers: []) } == "invalid_argument")
            #expect(try await code { _ = try await identity.createToken(user: "ann", servers: ["Bank"]) } == "invalid_argument")
            #expect(try await code { _ = try await identity.createToken(user: "ann", name: "") } == "invalid_argument")
            #expect(try await code { try await identity.grant(user: "ann", server: "a::b") } == "invalid_argument")
            #expect(try await identity.tokens().isEmpty)
        }
    }

    @Test("a user may use what it was granted and what is public, until the grant is taken back")
    func grants() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann", role: .admin)
            let token = try await identity.createToken(user: "ann")
            let before = try #require(identity.who(token))
            #expect(!identity.snapshot.mayUse(before, server: "bank"))
            #expect(identity.snapshot.mayUse(before, server: "bank", isPublic: true))
            #expect(try await identity.grant(user: "ann", server: "bank"))
            #expect(try await !identity.grant(user: "ann", server: "bank"))
            #expect(identity.snapshot.mayUse(before, server: "bank"), "a kept principal is judged by the new snapshot")
            #expect(!identity.snapshot.mayUse(before, server: "post"))
            #expect(try peta.reopened().snapshot.grants(of: "ann") == ["bank"])
            #expect(try await identity.revoke(user: "ann", server: "bank"))
            #expect(try await !identity.revoke(user: "ann", server: "bank"))
            #expect(!identity.snapshot.mayUse(before, server: "bank"))
        }
    }

    @Test("the owner may use every server; its narrowed token may not")
    func narrowing() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let owner = try #require(try await identity.bootstrap()).token
            let narrow = try await identity.createToken(user: "owner", servers: ["bank", "post"])
            let snapshot = identity.snapshot
            let all = try #require(identity.who(owner))
            let few = try #require(identity.who(narrow))
            #expect(snapshot.mayUse(all, server: "anything"))
            #expect(snapshot.mayUse(few, server: "bank") && snapshot.mayUse(few, server: "post"))
            #expect(!snapshot.mayUse(few, server: "other"))
            #expect(!snapshot.mayUse(few, server: "other", isPublic: true), "narrowing holds for public servers too")
            #expect(try peta.reopened().who(narrow)?.tokenServers == ["bank", "post"])
        }
    }

    @Test("a narrowed token of a user gives no more than the user has")
    func narrowingGivesNothing() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "ann")
            let token = try await peta.identity.createToken(user: "ann", servers: ["bank"])
            let principal = try #require(peta.identity.who(token))
            #expect(!peta.identity.snapshot.mayUse(principal, server: "bank"))
        }
    }

    @Test("removing a server's grants leaves other grants and tells every user that lost one")
    func serverRemoval() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            for id in ["ann", "bob", "eve"] { _ = try await identity.addUser(id: id) }
            try await identity.grant(user: "ann", server: "bank")
            try await identity.grant(user: "ann", server: "post")
            try await identity.grant(user: "bob", server: "bank")
            try await identity.revokeAll(server: "bank")
            #expect(["ann", "bob", "eve"].map { identity.snapshot.grants(of: $0) } == [["post"], [], []])
        }
    }

    @Test("who acts on the admin socket is the owner without token or expiry")
    func adminPrincipal() async throws {
        try await withIdentity { peta async throws in
            let principal = Principal.admin(uid: 1000, pid: 42)
            #expect(principal.userID == "uid:1000" && principal.peer == LocalPeer(uid: 1000, pid: 42) && principal.tokenID == nil)
            #expect(peta.identity.snapshot.mayUse(principal, server: "bank"))
        }
    }
}
