import PetaGateway
import Synchronization
import Testing

/// Places at a server are for all users.
@Suite("Shares of connections of single clients") struct WaySharesTests {
    private final class Way: Sendable {
        let over = Atomic<Bool>(false)
    }
    private let shares = WayShares<Way> { $0.over.load(ordering: .relaxed) }

    @Test("one user can fill its own share alone, and another server has one of its own")
    func users() {
        let ada = (0..<200).compactMap { _ in shares.make(server: "a", user: "ada") { Way() } }
        #expect(ada.count == WayShares<Way>.limit)
        #expect((0..<200).compactMap { _ in shares.make(server: "a", user: "bob") { Way() } }.count == WayShares<Way>.limit)
        #expect(shares.make(server: "b", user: "ada") { Way() } != nil)
        // What is not made is not counted.
        for _ in 0..<200 { #expect(shares.make(server: "c", user: "ada") { nil } == nil) }
        #expect(shares.make(server: "c", user: "ada") { Way() } != nil)
        ada[7].over.store(true, ordering: .relaxed)
        shares.sweep()
        #expect(shares.make(server: "a", user: "ada") { Way() } != nil)
        #expect(shares.make(server: "a", user: "ada") { Way() } == nil)
        ada[8].over.store(true, ordering: .relaxed)
        #expect(shares.make(server: "a", user: "ada") { Way() } != nil)
    }
}
