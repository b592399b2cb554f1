import Foundation
import PetaIdentity
import PetaStore
import Testing

@Suite("Last use")
struct LastUseTests {
    @Test("a use is listed at once and stored by the next flush")
    func stored() async throws {
        try await withIdentity { peta async throws in
            let token = try #require(try await peta.identity.bootstrap()).token
            peta.clock.advance(5)
            peta.identity.touch(try #require(peta.identity.who(token)))
            #expect(try await peta.identity.tokens()[0].lastUsedAt == peta.clock.now)
            #expect(try await peta.reopened().tokens()[0].lastUsedAt == nil)
            try await peta.identity.flushTouches()
            #expect(try await peta.reopened().tokens()[0].lastUsedAt == peta.clock.now)
        }
    }

    @Test("uses within a minute are noted once, by principal and by id, also across changes of the user")
    func throttled() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let token = try #require(try await identity.bootstrap()).token
            let first = peta.clock.now
            identity.touch(try #require(identity.who(token)))
            try await identity.flushTouches()
            peta.clock.advance(59)
            try await identity.grant(user: "owner", server: "bank")
            identity.touch(try #require(identity.who(token)))
            identity.touch(token.id)
            try await identity.flushTouches()
            #expect(try await identity.tokens()[0].lastUsedAt == first)
            peta.clock.advance(1)
            identity.touch(try #require(identity.who(token)))
            try await identity.flushTouches()
            #expect(try await identity.tokens()[0].lastUsedAt == peta.clock.now)
        }
    }

    @Test("uses that could not be stored are stored by the next flush")
    func kept() async throws {
        try await withIdentity { peta async throws in
            let token = try #require(try await peta.identity.bootstrap()).token
            peta.identity.touch(token.id)
            peta.commits.refuse(true)
            await #expect(throws: (any Error).self) { try await peta.identity.flushTouches() }
            peta.commits.refuse(false)
            try await peta.identity.flushTouches()
            #expect(try await peta.reopened().tokens()[0].lastUsedAt == peta.clock.now)
        }
    }

    @Test("a use of a token that was revoked meanwhile is no error, and one on the admin socket is none at all")
    func gone() async throws {
        try await withIdentity { peta async throws in
            let token = try #require(try await peta.identity.bootstrap()).token
            let principal = try #require(peta.identity.who(token))
            try await peta.identity.revokeToken(token.id)
            peta.identity.touch(principal)
            peta.identity.touch(Principal.admin(uid: 0, pid: 1))
            try await peta.identity.flushTouches()
            #expect(try await peta.identity.tokens().isEmpty)
        }
    }

    @Test("the service stores what waits when it is stopped")
    func service() async throws {
        try await withIdentity { peta async throws in
            let identity = peta.identity
            let token = try #require(try await identity.bootstrap()).token
            identity.touch(token.id)
            let service = Task { await identity.run(every: .seconds(3600)) { Issue.record($0) } }
            service.cancel()
            await service.value
            #expect(try await peta.reopened().tokens()[0].lastUsedAt == peta.clock.now)
        }
    }
}
