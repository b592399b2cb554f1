import PetaGateway
import Testing

/// What one user watches leaves room for the others.
@Suite("Shares of watched resources") struct WatchSharesTests {
    private final class Client: Sendable {}
    private let shares = WatchShares()

    private func take(_ server: String, _ uri: String, _ user: String, _ client: Client) -> Bool {
        shares.take(server: server, uri: uri, user: user, watcher: ObjectIdentifier(client))
    }

    @Test("a user that fills its share is refused, and another is not")
    func users() {
        let (ada, second, bob) = (Client(), Client(), Client())
        for number in 0..<WatchShares.serverLimit { #expect(take("a", "x:\(number)", "ada", ada)) }
        #expect(!take("a", "x:more", "ada", ada) && !take("a", "x:more", "ada", second))
        // What this user watches already costs nothing more.
        #expect(take("a", "x:7", "ada", second) && take("a", "x:7", "ada", ada))
        #expect(take("a", "x:more", "bob", bob) && take("b", "x:more", "ada", ada))
        // It is free when the last of its clients has let it go; letting go twice, or of what is not watched, frees nothing.
        for uri in ["x:7", "x:7", "x:none"] { shares.give(server: "a", uri: uri, user: "ada", watcher: ObjectIdentifier(ada)) }
        #expect(!take("a", "x:more", "ada", ada))
        shares.give(server: "a", uri: "x:7", user: "ada", watcher: ObjectIdentifier(second))
        #expect(take("a", "x:more", "ada", ada) && !take("a", "x:yet more", "ada", ada))
        withExtendedLifetime((ada, second, bob)) {}
    }

    @Test("over all servers a user has a share too")
    func all() {
        let (ada, bob) = (Client(), Client())
        let taken = (0..<20).flatMap { server in (0..<WatchShares.serverLimit).map { take("s\(server)", "x:\($0)", "ada", ada) } }
        #expect(taken.count { $0 } == WatchShares.limit)
        #expect(take("s19", "x:0", "bob", bob))
        withExtendedLifetime((ada, bob)) {}
    }
}
