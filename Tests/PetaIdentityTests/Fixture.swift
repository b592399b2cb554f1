import Foundation
import PetaCrypto
import PetaIdentity
import PetaStore
import Synchronization

/// A clock that only moves when told to.
final class FakeClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var now: Date { time.withLock { $0 } }
    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// Runs `body` with an identity over a fresh database, which is removed afterwards.
func withIdentity(_ body: (Fixture) async throws -> Void) async throws {
    let directory = NSTemporaryDirectory() + "peta-identity-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let fixture = try Fixture(directory: directory)
    try await body(fixture)
    try fixture.store.close()
}

struct Fixture {
    let store: Store
    let feed = ChangeFeed()
    let clock = FakeClock()
    let identity: Identity
    let commits: Commits

    init(directory: String) throws {
        let commits = Commits()
        self.commits = commits
        store = try Store(directory: directory, migrations: Identity.migrations, willCommit: { try commits.check() })
        identity = try Identity(store: store, feed: feed, clock: { [clock] in clock.now })
    }

    /// Another identity over the same database: what a restart would see.
    func reopened() throws -> Identity {
        try Identity(store: store, feed: ChangeFeed(), clock: { [clock] in clock.now })
    }
}

/// Makes commits fail on demand.
final class Commits: Sendable {
    struct Refused: Error {}
    private let refusing = Atomic(false)

    func refuse(_ on: Bool) { refusing.store(on, ordering: .sequentiallyConsistent) }
    func check() throws { if refusing.load(ordering: .sequentiallyConsistent) { throw Refused() } }
}

func text(_ secret: SecretBytes) -> String { secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

func parsed(header: String) -> TokenFormat.Parsed { Array(header.utf8).withUnsafeBytes { TokenFormat.parse($0) } }

func parsed(token: String) -> TokenFormat.Parsed { Array(token.utf8).withUnsafeBytes { TokenFormat.parse(token: $0) } }

extension Identity {
    /// Whom the text of a token stands for now.
    func who(_ token: NewToken) -> Principal? {
        guard case .token(let digest) = parsed(token: text(token.token)) else { return nil }
        return snapshot.principal(token: digest)
    }
}

/// The code with which `body` fails; nil when it does not.
func code(of body: () async throws -> Void) async throws -> String? {
    do {
        try await body()
        return nil
    } catch let error as any OperatorError {
        return error.code
    }
}
