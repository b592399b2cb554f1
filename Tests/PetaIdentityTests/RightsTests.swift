import Foundation
import GRDB
import PetaIdentity
import PetaStore
import PetaWire
import Testing

@Suite("Rights to parts of servers")
struct RightsTests {
    private static let transfer = CapabilityName(.tool, "transfer")
    private static let balance = CapabilityName(.tool, "balance")

    /// What the administrator said of the server as a whole, and of the thing.
    private enum Said: CaseIterable { case nothing, allow, deny }

    @Test("every combination of role, public server, grants, denials, preferences and token decides as the layers say")
    func table() async throws {
        try await withIdentity { peta in
            let identity = peta.identity
            _ = try await identity.addUser(id: "root", role: .owner)
            for kind in CapabilityKind.allCases {
                let thing = CapabilityName(kind, kind == .resource ? "file:///a" : "a::b")
                for role in [Role.owner, .user] {
                    for server in Said.allCases {
                        for part in Said.allCases {
                            for off in [0, 1, 2] {
                                _ = try await identity.addUser(id: "u", role: role)
                                for (said, target) in [(server, nil), (part, thing)] as [(Said, CapabilityName?)] where said != .nothing {
                                    try await identity.set(
                                        user: "u", UserRight(server: "bank", target: target, isAllowed: said == .allow))
                                }
                                if off > 0 {
                                    try await identity.setPreferences(
                                        user: "u", [Preference(server: "bank", target: off == 1 ? thing : nil, isOff: true)],
                                        replacing: false)
                                }
                                let narrow = try await identity.createToken(user: "u", tools: ["bank": ["a::b"]])
                                let other = try await identity.createToken(user: "u", servers: ["post"])
                                for isPublic in [false, true] {
                                    var expected: RightRule?
                                    let isAllowed = role == .owner || isPublic || server == .allow || part == .allow
                                    if server == .deny || part == .deny {
                                        expected = .denied
                                    } else if !isAllowed {
                                        expected = .noGrant
                                    } else if off > 0 {
                                        expected = .preference
                                    }
                                    let note = "\(kind) \(role) \(server) \(part) \(off) \(isPublic)"
                                    let person = try #require(identity.snapshot.person("u"))
                                    #expect(refusal(person, thing, isPublic) == expected, "\(note)")
                                    let narrowed = try #require(identity.who(narrow))
                                    #expect(
                                        refusal(narrowed, thing, isPublic) == expected ?? (kind == .tool ? nil : .token), "\(note) narrow")
                                    let elsewhere = try #require(identity.who(other))
                                    #expect(refusal(elsewhere, thing, isPublic) == expected ?? .token, "\(note) elsewhere")
                                }
                                try await identity.removeUser("u")
                            }
                        }
                    }
                }
            }
        }
    }

    /// As the seam asks: the server first, then the thing.
    private func refusal(_ principal: Principal, _ thing: CapabilityName, _ isPublic: Bool) -> RightRule? {
        let fine = principal.finer(at: "bank")
        return fine.map { $0.refusal(of: thing, isPublic: isPublic) } ?? principal.refusal(server: "bank", isPublic: isPublic)
    }

    @Test("a grant of one tool gives that alone, and a name that does not exist yet waits for it")
    func oneTool() async throws {
        try await withIdentity { peta in
            _ = try await peta.identity.addUser(id: "ann")
            try await peta.identity.set(user: "ann", UserRight(server: "bank", target: Self.balance, isAllowed: true))
            let ann = try #require(peta.identity.snapshot.person("ann"))
            #expect(ann.mayUse(server: "bank") && !ann.mayUse(server: "post"))
            let fine = try #require(ann.finer(at: "bank"))
            #expect(fine.refusal(of: Self.balance, isPublic: false) == nil)
            #expect(fine.refusal(of: Self.transfer, isPublic: false) == .noGrant)
            #expect(fine.refusal(of: CapabilityName(.prompt, "balance"), isPublic: false) == .noGrant)
        }
    }

    @Test("what was said is there after a restart, and a server that goes takes it along")
    func restart() async throws {
        try await withIdentity { peta in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann")
            let uri = CapabilityName(.resource, "file:///a")
            for right in [
                UserRight(server: "bank", target: nil, isAllowed: true), UserRight(server: "bank", target: Self.transfer, isAllowed: false),
                UserRight(server: "post", target: uri, isAllowed: true), UserRight(server: "post", target: nil, isAllowed: false),
            ] { try await identity.set(user: "ann", right) }
            try await identity.setPreferences(
                user: "ann",
                [
                    Preference(server: "bank", target: Self.balance, isOff: true, danger: .approval),
                    Preference(server: "post", target: nil, isOff: true),
                ], replacing: true)
            let token = try await identity.createToken(user: "ann", tools: ["bank": ["x::y", "z"]])
            let again = try peta.reopened().snapshot
            #expect(again.grants(of: "ann") == ["bank"])
            #expect(Set(again.rights(of: "ann")) == Set(identity.snapshot.rights(of: "ann")) && again.rights(of: "ann").count == 3)
            #expect(Set(again.preferences(of: "ann")) == Set(identity.snapshot.preferences(of: "ann")))
            let principal = try #require(try peta.reopened().who(token))
            #expect(principal.isInToken("bank", CapabilityName(.tool, "x::y")) && !principal.isInToken("bank", Self.transfer))
            #expect(principal.finer(at: "bank")?.fingerprint == identity.who(token)?.finer(at: "bank")?.fingerprint)
            try await identity.revokeAll(server: "bank")
            #expect(try peta.reopened().snapshot.rights(of: "ann").allSatisfy { $0.server == "post" })
            #expect(identity.snapshot.preferences(of: "ann") == [Preference(server: "post", target: nil, isOff: true)])
            #expect(identity.snapshot.grants(of: "ann").isEmpty)
        }
    }

    @Test("grant and deny of the same replace each other, and revoke takes either back")
    func replacing() async throws {
        try await withIdentity { peta in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann")
            for target in [nil, Self.transfer] {
                #expect(try await identity.set(user: "ann", UserRight(server: "bank", target: target, isAllowed: true)))
                #expect(try await !identity.set(user: "ann", UserRight(server: "bank", target: target, isAllowed: true)))
                #expect(try await identity.set(user: "ann", UserRight(server: "bank", target: target, isAllowed: false)))
                #expect(identity.snapshot.person("ann")?.finer(at: "bank")?.refusal(of: Self.transfer, isPublic: true) == .denied)
                #expect(try await identity.clear(user: "ann", server: "bank", target: target))
                #expect(try await !identity.clear(user: "ann", server: "bank", target: target))
                #expect(identity.snapshot.person("ann")?.finer.isEmpty == true)
            }
        }
    }

    @Test("rights and preferences have their limits, and what is too much changes nothing")
    func limits() async throws {
        try await withIdentity { peta in
            let identity = peta.identity
            _ = try await identity.addUser(id: "ann")
            let many = (0...IdentityLimits.preferencesPerUser).map {
                Preference(server: "s", target: CapabilityName(.tool, "t\($0)"), isOff: true)
            }
            await #expect(throws: IdentityError.self) { try await identity.setPreferences(user: "ann", many, replacing: true) }
            try await identity.setPreferences(user: "ann", Array(many.dropLast()), replacing: true)
            await #expect(throws: IdentityError.self) {
                try await identity.setPreferences(user: "ann", [many[many.count - 1]], replacing: false)
            }
            #expect(identity.snapshot.preferences(of: "ann").count == IdentityLimits.preferencesPerUser)
            for name in ["", String(repeating: "x", count: 257), "a\u{0}"] {
                let right = UserRight(server: "s", target: CapabilityName(.tool, name), isAllowed: true)
                await #expect(throws: IdentityError.self) { try await identity.set(user: "ann", right) }
            }
            await #expect(throws: IdentityError.self) {
                try await identity.setPreferences(
                    user: "ann", [Preference(server: "s", target: CapabilityName(.prompt, "p"), isOff: false, danger: .notify)],
                    replacing: false)
            }
            try await identity.setPreferences(
                user: "ann", many.dropLast().map { Preference(server: $0.server, target: $0.target, isOff: false) }, replacing: false)
            #expect(identity.snapshot.preferences(of: "ann").isEmpty)
        }
    }

    @Test("two who see the same of a server have one fingerprint, and raising a level changes nothing that is seen")
    func fingerprints() async throws {
        try await withIdentity { peta in
            let identity = peta.identity
            for id in ["ann", "bob", "eve"] {
                _ = try await identity.addUser(id: id)
                try await identity.grant(user: id, server: "bank")
                try await identity.set(
                    user: id, UserRight(server: "bank", target: id == "eve" ? Self.balance : Self.transfer, isAllowed: false))
            }
            try await identity.setPreferences(
                user: "bob", [Preference(server: "bank", target: Self.balance, isOff: false, danger: .approval)], replacing: true)
            let prints = ["ann", "bob", "eve"].map { identity.snapshot.person($0)?.finer(at: "bank")?.fingerprint }
            #expect(prints[0] == prints[1] && prints[0] != prints[2])
            #expect(identity.snapshot.person("bob")?.finer(at: "bank")?.raised == [Self.balance: .approval])
        }
    }
}

@Suite("Rights of before")
struct OldRightsTests {
    @Test("grants of whole servers that an earlier version stored are there after the update")
    func migration() async throws {
        let directory = NSTemporaryDirectory() + "peta-identity-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let old = try Store(directory: directory, migrations: Array(Identity.migrations.prefix(2)))
        try await old.write { db in
            try db.execute(
                sql: """
                    INSERT INTO identity_user VALUES ('ann', 'Ann', 'user', 'enabled', '', '{}', 0, NULL, NULL);
                    INSERT INTO identity_grant VALUES ('ann', 'bank'), ('ann', 'post');
                    INSERT INTO identity_token VALUES ('tok_1', 'ann', 't', randomblob(32), '["bank"]', 0, NULL, NULL);
                    """)
        }
        try old.close()
        let store = try Store(directory: directory, migrations: Identity.migrations)
        let identity = try Identity(store: store, feed: ChangeFeed())
        #expect(identity.snapshot.grants(of: "ann") == ["bank", "post"] && identity.snapshot.rights(of: "ann").isEmpty)
        #expect(try await identity.tokens(user: "ann").first?.narrowing == ["bank"])
        try store.close()
    }
}
