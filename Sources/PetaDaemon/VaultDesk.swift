internal import CPetaShim
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaBackup
internal import PetaCrypto
internal import PetaGateway
internal import PetaVault
internal import ServiceLifecycle

/// Takes the gateway from sealed to open and back, one change at a time, and does what administrators want of the vault.
///
/// Sealed, there are a store, listeners and an admin socket, and no key. Open, there is a ``Running`` as well; sealing stops it, and all
/// that it is made of goes with it.
actor VaultDesk: VaultOperations {
    private enum Phase {
        case sealed
        /// On the way from one to the other.
        case changing
        case open(Running, upkeep: Task<Void, Never>)
    }

    private let house: House
    private var phase = Phase.sealed
    private var isStopping = false
    /// Clients can connect, so what is opened is opened for them at once.
    private var isListening = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var brake = UnsealBrake()

    init(_ house: House) { self.house = house }

    // MARK: the start

    /// Opens the vault with what there is to open it with, or makes it; where a passphrase is needed and there is none, it stays sealed.
    func begin() async throws {
        let summary = try VaultSummary.read(house.store, [])
        let source = try PassphraseSource.find(house.settings)
        let key: VaultKey
        switch (summary?.key, source) {
        case (nil, .terminal?) where !house.settings.passphrase.asks, (nil, nil), (.keyFile?, nil): key = .keyFile(house.keyFile)
        case (.keyFile?, let source?):
            if case .terminal = source, !house.settings.passphrase.asks {
            } else {
                house.logger.warning(
                    "a passphrase was given, but the vault is opened by its key file; 'peta vault passphrase' changes that",
                    metadata: ["from": "\(source.name)"])
            }
            key = .keyFile(house.keyFile)
        case (.passphrase?, nil):
            house.logger.warning("the vault is sealed, and there is no passphrase to open it with; unseal it with 'peta vault unseal'")
            return
        case (nil, let source?): key = .passphrase(try source.read(isNew: true))
        case (.passphrase?, .terminal?): return try await beginAsking(source)
        case (.passphrase?, let source?): key = .passphrase(try source.read(isNew: false))
        }
        try await change { try await open(key, how: source?.name) { _ in } }
    }

    /// Three times, as people mistype.
    private func beginAsking(_ source: PassphraseSource?) async throws {
        for attempt in 1...3 {
            guard let passphrase = try source?.read(isNew: false) else { return }
            do {
                return try await change { try await open(.passphrase(passphrase), how: source?.name) { _ in } }
            } catch VaultError.wrongPassphrase where attempt < 3 {
                try? Vault.noteFailedAttempt(house.store, at: Date())
                let words = Array("That is not the passphrase of this vault.\n".utf8)
                _ = words.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
            }
        }
    }

    /// The addresses are taken: the first user is made, and whoever may be told so is told that the gateway serves.
    func listens() async throws {
        isListening = true
        guard case .open(let running, _) = phase else {
            Greeting.printSealed(socket: house.settings.socket, version: house.version)
            Readiness.notify("READY=1\nSTATUS=sealed, waiting for 'peta vault unseal'")
            house.logger.notice("ready, but sealed", metadata: ["listen": "\(house.listening.urls.joined(separator: " "))"])
            return
        }
        try await letIn(running)
    }

    private func letIn(_ running: Running) async throws {
        try await running.greet()
        house.door.open(running.gateway)
        running.gateway.markReady()
        house.logger.info("ready", metadata: ["listen": "\(house.listening.urls.joined(separator: " "))"])
        Readiness.notify("READY=1\nSTATUS=serving \(house.listening.urls.joined(separator: " "))")
    }

    // MARK: the end

    /// Takes no more changes, and lets calls finish. What was changing has changed when this returns.
    func drain() async {
        isStopping = true
        while case .changing = phase { await withCheckedContinuation { waiting.append($0) } }
        if case .open(let running, _) = phase { await running.gateway.drain(seconds: house.settings.shutdown.drainSeconds) }
    }

    /// Stops everything that is open.
    func shutDown() async {
        isStopping = true
        while case .changing = phase { await withCheckedContinuation { waiting.append($0) } }
        guard case .open(let running, let upkeep) = phase else { return }
        phase = .sealed
        house.current.running = nil
        await stop(running, upkeep)
    }

    private func stop(_ running: Running, _ upkeep: Task<Void, Never>?) async {
        upkeep?.cancel()
        await upkeep?.value
        await running.stop()
    }

    // MARK: changes

    private func open(
        _ key: VaultKey, how source: String?, _ commit: @Sendable (any ActRecorder) async throws -> Void
    ) async throws {
        let house = house
        let vault = try await house.workshop.runIfActive {
            try Vault.open(
                store: house.store, key: key, keyFile: house.keyFile, iterations: house.settings.vault.iterations)
        }
        for note in vault.notes { house.logger.notice("\(note)") }
        let running: Running
        do {
            running = try await Running(house, vault)
        } catch {
            vault.close()
            throw error
        }
        let watching: [any Service]
        do {
            let parts = try await running.start()
            watching = try running.telling()
            try await commit(AuditRecorder(log: running.audit))
            try await recordOpening(running.audit, key, source)
            house.current.running = running
            if isListening { try await letIn(running) } else { house.door.open(running.gateway) }
            house.stage.open(parts)
        } catch {
            house.current.running = nil
            house.door.seal()
            await stop(running, nil)
            throw error
        }
        phase = .open(running, upkeep: Task { await running.upkeep(watching) })
        await house.reload.opened()
    }

    /// Somebody gave a passphrase, now or in vain before: neither goes unrecorded.
    private func recordOpening(_ audit: AuditLog, _ key: VaultKey, _ source: String?) async throws {
        if case .passphrase = key, let source {
            var record = gatewayRecord("vault/unsealed")
            record.detail = "at the start, with the passphrase from \(source)"
            record.decision = .allow
            record.outcome = .ok
            try await audit.record(record)
        }
        guard let failed = try Vault.failedAttempts(house.store) else { return }
        var record = gatewayRecord("vault/attempts")
        record.detail = """
            \(failed.count) attempts to unseal failed, the first at \(Timestamp(failed.first)), the last at \(Timestamp(failed.last))
            """
        record.decision = .deny
        record.outcome = .denied
        try await audit.record(record)
        try Vault.forgetFailedAttempts(house.store)
    }

    private func gatewayRecord(_ method: String) -> AuditRecord {
        var record = AuditRecord(time: Int64(Date().timeIntervalSince1970 * 1e6), kind: .admin)
        record.user = "gateway"
        record.method = method
        return record
    }

    /// Goes from one phase to the other: sealed, unless `body` says otherwise. What waits for that goes on then.
    private func change(_ body: () async throws -> Void) async throws {
        phase = .changing
        defer {
            if case .changing = phase { phase = .sealed }
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        try await body()
    }

    private static let busy = AdminError(.tryAgain, "the vault is being sealed or unsealed at this moment")
    private static let stopping = AdminError(.unavailable, "the gateway is stopping")

    private func checkBrake() throws {
        guard let seconds = brake.wait(.now()) else { return }
        throw AdminError(
            .tryAgain, "too many wrong passphrases; the next one is looked at in \(seconds) second\(seconds == 1 ? "" : "s")")
    }

    // MARK: for administrators

    func unseal(_ passphrase: SecretBytes?, commit: @escaping @Sendable (any ActRecorder) async throws -> Void) async throws -> VaultState {
        guard !isStopping else { throw Self.stopping }
        switch phase {
        case .open: return try await state()
        case .changing: throw Self.busy
        case .sealed: break
        }
        try checkBrake()
        let summary = try VaultSummary.read(house.store, [])
        let key: VaultKey
        switch (summary?.key, passphrase) {
        case (.passphrase?, let passphrase?): key = .passphrase(passphrase)
        case (.passphrase?, nil): throw VaultError.passphraseNeeded
        case (_, nil): key = .keyFile(house.keyFile)
        case (_, .some): throw VaultError.keyFileNeeded
        }
        do {
            try await change { try await open(key, how: nil, commit) }
        } catch {
            if error as? VaultError == .wrongPassphrase {
                brake.failed(.now())
                try? Vault.noteFailedAttempt(house.store, at: Date())
            }
            house.logger.warning(
                "the vault was not unsealed", metadata: ["error": "\(Self.words(error))"])
            throw error
        }
        brake.succeeded()
        house.logger.notice("the vault was unsealed")
        return try await state()
    }

    func seal(commit: @escaping @Sendable (any ActRecorder) async throws -> Void) async throws -> VaultState {
        guard !isStopping else { throw Self.stopping }
        let running: Running
        let upkeep: Task<Void, Never>
        switch phase {
        case .sealed: return try await state()
        case .changing: throw Self.busy
        case .open(let now, let task): (running, upkeep) = (now, task)
        }
        try await change { await close(running, upkeep, commit) }
        house.logger.notice("the vault is sealed")
        return try await state()
    }

    private func close(
        _ running: Running, _ upkeep: Task<Void, Never>, _ commit: @Sendable (any ActRecorder) async throws -> Void
    ) async {
        do {
            try await commit(AuditRecorder(log: running.audit))
        } catch {
            // What closes is never held up by a disk that is full.
            house.logger.error("that the vault is sealed could not be recorded", metadata: ["error": "\(Self.words(error))"])
        }
        let seconds = house.settings.shutdown.drainSeconds
        house.logger.notice("sealing: calls under way may finish", metadata: ["seconds": "\(seconds)"])
        Readiness.notify("STATUS=sealing")
        house.current.running = nil
        house.door.seal()
        house.stage.seal()
        await running.gateway.drain(seconds: seconds)
        await running.backups.stop(.sealing)
        await house.stage.settle(within: .seconds(2))
        await running.gateway.cut()
        await stop(running, upkeep)
        // What was freed goes back to the system, which gives nothing of it to anybody.
        peta_release_memory()
        Readiness.notify("STATUS=sealed, waiting for 'peta vault unseal'")
    }

    func rotate() async throws -> VaultState {
        let running = try current()
        _ = try await house.workshop.runIfActive { try running.vault.beginRotation() }
        running.rotation.wake()
        return try await state()
    }

    func changeKey(to passphrase: SecretBytes?, current: SecretBytes?) async throws -> VaultChange {
        let running = try self.current()
        try checkBrake()
        let (keyFile, iterations) = (house.keyFile, house.settings.vault.iterations)
        do {
            let notes = try await house.workshop.runIfActive {
                try running.vault.changeKey(
                    to: passphrase.map { .passphrase($0) } ?? .keyFile, current: current, keyFile: keyFile, iterations: iterations)
            }
            brake.succeeded()
            for note in notes { house.logger.notice("\(note)") }
            return VaultChange(vault: try await state(), notes: notes)
        } catch {
            if error as? VaultError == .wrongPassphrase { brake.failed(.now()) }
            throw error
        }
    }

    private func current() throws -> Running {
        guard case .open(let running, _) = phase else { throw AdminStage.sealed }
        return running
    }

    func state() async throws -> VaultState {
        let store = house.store
        let (summary, failed) = try await house.workshop.runIfActive {
            (try VaultSummary.read(store, RotationWork.columns), try Vault.failedAttempts(store))
        }
        guard let summary else { throw VaultError.headerDamaged(detail: "it is gone") }
        var isSealed = true
        var problem: String?
        if case .open(let running, _) = phase {
            isSealed = false
            problem = running.rotation.problem
        }
        let isKeyFile = summary.key == .keyFile
        return VaultState(
            sealed: isSealed, key: isKeyFile ? .keyFile : .passphrase, keyFile: isKeyFile ? house.keyFile : nil,
            iterations: isKeyFile ? nil : summary.iterations, createdAt: Timestamp(summary.createdAt), generation: summary.generation,
            rotatedAt: summary.rotatedAt.map { Timestamp($0) },
            rotation: summary.recordsLeft.map { VaultState.Rotation(recordsLeft: $0, error: problem) },
            failedAttempts: failed?.count ?? 0, next: Self.next(isSealed, summary, problem))
    }

    private static func next(_ isSealed: Bool, _ summary: VaultSummary, _ problem: String?) -> String? {
        if isSealed { return "unseal it with 'peta vault unseal'" }
        if problem != nil { return "mend what the error says; the rotation goes on by itself then" }
        if summary.key == .keyFile {
            return "keep a copy of the key file in a safe place, or give it a passphrase with 'peta vault passphrase'"
        }
        return nil
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as AdminError: error.message
        case let error as VaultError: error.message
        default: "\(error)"
        }
    }
}
