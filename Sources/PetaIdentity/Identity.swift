package import Foundation
package import PetaStore
import Synchronization

/// Users, their rights to servers and their access tokens.
///
/// Every operation that changes something returns when the change is stored, stands in ``snapshot``, and every listener of
/// the change feed has applied it: the next call is judged by it. Operations block no event loop.
package final class Identity: Sendable {
    /// The tables, for the store to create.
    package static let migrations: [Migration] = IdentityMigrations.all

    /// The user that the first start makes.
    static let firstOwner = "owner"

    let store: any IdentityStore
    let clock: @Sendable () -> Date
    private let feed: ChangeFeed
    private let current: Mutex<IdentitySnapshot>
    private let touches = TouchBook()

    /// Loads everything; blocks, so not from an event loop. The clock decides what is expired. `ownUID`, the gateway's own, is an
    /// owner on an MCP socket as it is on the admin socket, as long as no user has it.
    package convenience init(
        store: Store, feed: ChangeFeed, ownUID: UInt32? = nil, clock: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        try self.init(store: SQLiteIdentityStore(store: store), feed: feed, ownUID: ownUID, clock: clock)
    }

    /// The same over another store.
    package init(store: any IdentityStore, feed: ChangeFeed, ownUID: UInt32? = nil, clock: @escaping @Sendable () -> Date) throws {
        self.store = store
        self.feed = feed
        self.clock = clock
        self.current = Mutex(IdentitySnapshot(records: try store.load(), ownUID: ownUID, clock: clock))
    }

    /// The newest snapshot. Takes a lock for some nanoseconds: an event loop keeps its own reference and renews it from the change feed.
    package var snapshot: IdentitySnapshot { current.withLock { $0 } }

    /// At first start, when there is no user: makes the owner `owner` with a token named `first`. Nil when there is a user already.
    package func bootstrap() async throws -> (owner: User, token: NewToken)? {
        let now = clock()
        let made = TokenMaker.make(user: Self.firstOwner, name: "first", createdAt: now, expiresAt: nil, servers: nil)
        let owner = try await change { tx -> Change<User?> in
            guard try tx.userCount() == 0 else { return Change(nil) }
            try tx.insert(User(id: Self.firstOwner, name: "Owner", role: .owner, createdAt: now))
            try tx.insert(made.info)
            let record = try tx.record(of: Self.firstOwner)
            return Change(record?.user, users: [Self.firstOwner: record])
        }
        return owner.map { ($0, made) }
    }

    // MARK: Last use

    /// Notes that a principal's token was used now. Costs one atomic load unless a minute has passed since the last note.
    package func touch(_ principal: Principal) {
        guard let token = principal.tokenID else { return }
        let now = clock()
        if principal.mark.claim(now: Int64(now.timeIntervalSince1970)) { touches.note(token, at: now) }
    }

    /// Notes that a token was used now. Takes a lock: a path that has the principal passes that instead.
    package func touch(_ tokenID: String) {
        touches.note(tokenID, at: clock())
    }

    /// Stores the last uses noted so far, in one transaction. When it cannot, they are kept for the next time.
    package func flushTouches() async throws {
        let uses = touches.take(at: clock())
        guard !uses.isEmpty else { return }
        do {
            try await store.noteUses(uses)
        } catch {
            touches.giveBack(uses)
            throw error
        }
    }

    /// Stores last uses every `interval` until the task is cancelled, and once more then. `failed` hears what could not be stored.
    package func run(every interval: Duration = .seconds(60), failed: @Sendable (any Error) -> Void) async {
        repeat {
            try? await Task.sleep(for: interval)
            do { try await flushTouches() } catch { failed(error) }
        } while !Task.isCancelled
    }

    // MARK: Changes

    /// What a change gives its caller, and the users whose records are different now; nil for one that is gone.
    struct Change<Value: Sendable>: Sendable {
        let value: Value
        let users: [String: UserRecord?]

        init(_ value: Value, users: [String: UserRecord?] = [:]) {
            self.value = value
            self.users = users
        }
    }

    func change<Value: Sendable>(_ body: @escaping @Sendable (any IdentityTransaction) throws -> Change<Value>) async throws -> Value {
        let done = try await store.change(body) { [self] done in
            guard !done.users.isEmpty else { return }
            // Commits come one at a time and in order, so nothing can slip in between reading and writing `current`; the
            // new snapshot is built outside the lock, since readers take it.
            let next = IdentitySnapshot(previous: snapshot, changed: done.users)
            current.withLock { $0 = next }
        }
        // Also when nothing was different: an equal change may be committed and not yet applied everywhere.
        await feed.announce(.identity)
        return done.value
    }

    func lastUse(_ token: AccessToken) -> AccessToken {
        guard let waiting = touches.waiting(token.id), waiting > token.lastUsedAt ?? .distantPast else { return token }
        return AccessToken(
            id: token.id, user: token.user, name: token.name, createdAt: token.createdAt, expiresAt: token.expiresAt,
            servers: token.servers, tools: token.tools, lastUsedAt: waiting, digest: token.digest, rate: token.rate)
    }
}
