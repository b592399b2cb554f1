import PetaAdmin
import PetaAdminAPI
import PetaCrypto
import Synchronization

/// A vault that notes what is asked of it. The passphrase "wrong" is the wrong one.
final class FakeVault: VaultOperations {
    private struct State {
        var notes: [String] = []
        var recorder: (any ActRecorder)?
        var isSealed = false
    }

    private let mutex = Mutex(State())

    var notes: [String] { mutex.withLock { $0.notes } }
    private func note(_ text: String) { mutex.withLock { $0.notes.append(text) } }

    /// Where acts that say themselves when they are recorded are recorded.
    func record(with recorder: any ActRecorder) { mutex.withLock { $0.recorder = recorder } }

    static func state(sealed: Bool) -> VaultState {
        VaultState(
            sealed: sealed, key: .passphrase, keyFile: nil, iterations: 600_000, createdAt: Timestamp(milliseconds: 0), generation: 2,
            rotatedAt: nil, rotation: nil, failedAttempts: 0, next: nil)
    }

    func state() async throws -> VaultState { Self.state(sealed: mutex.withLock { $0.isSealed }) }

    func unseal(_ passphrase: SecretBytes?, commit: @escaping @Sendable (any ActRecorder) async throws -> Void) async throws -> VaultState {
        note("unseal \(Self.text(passphrase))")
        if Self.text(passphrase) == "wrong" { throw AdminError(.notPermitted, "the passphrase is not the one") }
        if let recorder = mutex.withLock({ $0.recorder }) { try await commit(recorder) }
        return Self.state(sealed: false)
    }

    func seal(commit: @escaping @Sendable (any ActRecorder) async throws -> Void) async throws -> VaultState {
        note("seal")
        if let recorder = mutex.withLock({ $0.recorder }) { try await commit(recorder) }
        return Self.state(sealed: true)
    }

    func rotate() async throws -> VaultState {
        note("rotate")
        return Self.state(sealed: false)
    }

    func changeKey(to passphrase: SecretBytes?, current: SecretBytes?) async throws -> VaultChange {
        note("change \(Self.text(current)) to \(Self.text(passphrase))")
        return VaultChange(vault: Self.state(sealed: false), notes: ["a note"])
    }

    private static func text(_ secret: SecretBytes?) -> String {
        secret.map { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } } ?? "-"
    }
}

/// What is answered while the vault is sealed.
struct FakeSealedStatus: StatusSource {
    func status() async throws -> GatewayStatus {
        GatewayStatus(
            version: "1", pid: 1, uptimeSeconds: 0, sealed: true, listen: [], socket: "", servers: .init(), sessions: 0,
            pendingApprovals: 0, callsPerSecond: 0, latency: .init(), rssBytes: 0, problems: ["sealed"])
    }
}
