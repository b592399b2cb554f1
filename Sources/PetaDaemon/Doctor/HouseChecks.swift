internal import Foundation
internal import PetaAdmin
internal import PetaAdminAPI

/// What the gateway can tell of itself, whether the vault is open or sealed.
struct HouseChecks: Sendable {
    let house: House
    let vault: any VaultOperations

    var all: [DoctorCheck] {
        [
            DoctorCheck("vault.open") { try await opened() }, DoctorCheck("configuration.read") { try await configured() },
            .blocking("clock.set") { clockSet() }, .blocking("gateway.binary") { binary() }, .blocking("log.levels") { levels() },
            DoctorCheck("telemetry.metrics") { metrics() },
        ]
    }

    // MARK: vault

    private func opened() async throws -> [DoctorFinding] {
        let state = try await vault.state()
        var found: [DoctorFinding] = []
        if state.sealed {
            found.append(
                DoctorFinding(
                    "vault.open", .failure, "the vault is sealed, so no client is served, and only this much can be looked at",
                    remedy: "peta vault unseal"))
        } else {
            found.append(
                DoctorFinding(
                    "vault.open", .ok,
                    "the vault is open; \(state.key == .keyFile ? "its key file opens it" : "a passphrase opens it")"))
        }
        if state.failedAttempts > 0 {
            let times = state.failedAttempts == 1 ? "an attempt" : "\(state.failedAttempts) attempts"
            found.append(
                DoctorFinding(
                    "vault.attempts", .warning, "\(times) to unseal the vault failed",
                    remedy: "who was it? journalctl -u peta | grep unsealed"))
        }
        if let rotation = state.rotation, let error = rotation.error {
            found.append(
                DoctorFinding(
                    "vault.rotation", .warning, "\(rotation.recordsLeft) records wait for the vault's new key: \(error)",
                    remedy: "mend that, and it goes on by itself: peta vault status"))
        }
        return found
    }

    // MARK: the process

    private func clockSet() -> [DoctorFinding] {
        let moved = house.clock.setBySeconds
        guard abs(moved) >= SystemClock.tolerance else {
            return [DoctorFinding("clock.set", .ok, "the clock was not set since the gateway started")]
        }
        return [
            DoctorFinding(
                "clock.set", .warning,
                "the clock was set \(moved > 0 ? "forward" : "back") by \(DoctorWords.duration(moved)) since the gateway started",
                remedy: "is it right now? timedatectl")
        ]
    }

    private func metrics() -> [DoctorFinding] {
        let check = "telemetry.metrics"
        guard !house.settings.metrics.listen.isEmpty else { return [] }
        let urls = house.listening.metrics
        guard !urls.isEmpty else {
            return [
                DoctorFinding(
                    check, .failure,
                    "metrics are not served on \(house.settings.metrics.listen.map(\.description).joined(separator: ", ")); the log says why",
                    remedy: DoctorWords.restart())
            ]
        }
        return [DoctorFinding(check, .ok, "metrics are served at \(urls.joined(separator: ", "))")]
    }

    private func levels() -> [DoctorFinding] {
        let changed = house.level.shown.parts.filter(\.changed)
        guard !changed.isEmpty else { return [] }
        return [
            DoctorFinding(
                "log.levels", .warning,
                "the log was told to say something else than the configuration wants: "
                    + changed.map { "\($0.part)=\($0.level)" }.joined(separator: ", "), remedy: "peta log level --reset")
        ]
    }

    private func configured() async throws -> [DoctorFinding] {
        let running = try await house.configuration.running()
        if let problem = running.problem {
            return [
                DoctorFinding(
                    "configuration.read", .failure, "the configuration cannot be read as it is now: \(problem)", remedy: "peta config check"
                )
            ]
        }
        var found: [DoctorFinding] = []
        if !running.unread.isEmpty {
            found.append(
                DoctorFinding(
                    "configuration.read", .warning, "changed and not read yet: \(running.unread.map(\.key).joined(separator: ", "))",
                    remedy: "peta config reload"))
        }
        if !running.waiting.isEmpty {
            found.append(
                DoctorFinding(
                    "configuration.waiting", .warning, "waits for a restart: \(running.waiting.map(\.key).joined(separator: ", "))",
                    remedy: DoctorWords.restart()))
        }
        return found.isEmpty ? [DoctorFinding("configuration.read", .ok, "the gateway runs with what its configuration says")] : found
    }

    private func binary() -> [DoctorFinding] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return [] }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard path.hasSuffix(" (deleted)") else { return [] }
        return [
            DoctorFinding(
                "gateway.binary", .warning, "\(path.dropLast(10)) was replaced since the gateway started: it runs the old one",
                remedy: DoctorWords.restart())
        ]
    }
}
