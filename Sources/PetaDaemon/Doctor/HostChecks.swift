internal import CPetaShim
internal import Foundation
internal import NIOSSL
internal import PetaAdminAPI
internal import PetaSocket
internal import PetaStore
internal import PetaVault

/// What can be looked at whether the gateway runs or not: files, disk, clock, limits, certificate.
struct HostChecks: Sendable {
    let settings: ServeSettings
    /// Of the running gateway; nil while none runs.
    let store: Store?
    /// How long the database may be read; nil: to the end.
    let databaseMilliseconds: Int?

    var all: [DoctorCheck] {
        [
            .blocking("files.directory") { directory() }, .blocking("files.database") { file("peta.db", "database", mode: 0o600) },
            .blocking("files.key") { file("key", "key", mode: 0o600) }, .blocking("files.configuration") { configuration() },
            .blocking("files.socket") { socket() }, .blocking("database.integrity") { try integrity() },
            .blocking("disk.space") { space() }, .blocking("clock.synchronised") { synchronised() },
            .blocking("limits.files") { openFiles() }, .blocking("limits.memory") { lockedMemory() },
            .blocking("people.group") { group() }, .blocking("listen.address") { addresses() },
            .blocking("listen.metrics") { metrics() }, .blocking("certificate.usable") { certificate() },
        ]
    }

    private var isRunning: Bool { store != nil }

    // MARK: files

    private var data: String { settings.dataDirectory }

    private func status(_ path: String) -> peta_file? {
        var status = peta_file()
        return peta_file_status(path, 1, &status) == 0 ? status : nil
    }

    private func directory() -> [DoctorFinding] {
        let check = "files.directory"
        let path = DoctorWords.quoted(data)
        guard let found = status(data) else {
            return [
                DoctorFinding(
                    check, .warning, "\(data) is not there: the gateway was never started here", remedy: "peta serve --data-dir \(path)")
            ]
        }
        guard found.mode & 0o170000 == 0o040000 else {
            return [DoctorFinding(check, .failure, "\(data) is no directory", remedy: "peta serve --data-dir /ANOTHER/DIRECTORY")]
        }
        guard found.uid == geteuid() || geteuid() == 0 else {
            return [
                DoctorFinding(
                    check, .failure, "\(data) belongs to the user with id \(found.uid), not to \(geteuid())",
                    remedy: "chown -R \(geteuid()) \(path)")
            ]
        }
        guard found.mode & 0o022 == 0 else {
            return [
                DoctorFinding(
                    check, .failure, "\(data) may be written by others (mode \(Self.octal(found.mode)))", remedy: "chmod 700 \(path)")
            ]
        }
        guard found.mode & 0o077 == 0 else {
            return [
                DoctorFinding(
                    check, .warning, "\(data) may be looked into by others (mode \(Self.octal(found.mode)))", remedy: "chmod 700 \(path)")
            ]
        }
        return [DoctorFinding(check, .ok, "\(data) is its owner's alone")]
    }

    private func file(_ name: String, _ word: String, mode: UInt32) -> [DoctorFinding] {
        let check = "files.\(word)"
        let path = data + "/" + name
        guard let found = status(path) else {
            guard status(data + "/peta.db") != nil, word == "key" else { return [] }
            guard let opensIt = keyFileOpensIt(), opensIt else { return [] }
            return [
                DoctorFinding(
                    check, .failure, "the key file \(path) is missing, and without it the vault cannot be opened",
                    remedy: "put the copy of it back: install -m 600 /PATH/TO/key \(DoctorWords.quoted(path))")
            ]
        }
        guard found.mode & 0o077 == 0 else {
            return [
                DoctorFinding(
                    check, .failure, "\(path) is open to other users (mode \(Self.octal(found.mode)))",
                    remedy: "chmod 600 \(DoctorWords.quoted(path))")
            ]
        }
        guard found.uid == geteuid() || geteuid() == 0 else {
            return [
                DoctorFinding(
                    check, .failure, "\(path) belongs to the user with id \(found.uid)",
                    remedy: "chown \(geteuid()) \(DoctorWords.quoted(path))")
            ]
        }
        return [DoctorFinding(check, .ok, "\(path) is its owner's alone")]
    }

    /// Whether the vault is opened with the key file; nil where that cannot be told.
    private func keyFileOpensIt() -> Bool? {
        let found = try? store.map { try VaultSummary.key($0) } ?? VaultSummary.key(path: data + "/peta.db")
        return found.flatMap(\.self).map { $0 == .keyFile }
    }

    private func configuration() -> [DoctorFinding] {
        let check = "files.configuration"
        guard let path = settings.configurationFile else {
            return [DoctorFinding(check, .ok, "no configuration file: defaults, environment and flags")]
        }
        guard let found = status(path) else { return [DoctorFinding(check, .failure, "\(path) is gone", remedy: "peta config check")] }
        guard found.mode & 0o002 == 0 else {
            return [DoctorFinding(check, .failure, "\(path) may be written by everybody", remedy: "chmod o-w \(DoctorWords.quoted(path))")]
        }
        return [DoctorFinding(check, .ok, "\(path) is read")]
    }

    private func socket() -> [DoctorFinding] {
        let check = "files.socket"
        guard let found = status(settings.socket) else {
            return isRunning
                ? [DoctorFinding(check, .failure, "the admin socket \(settings.socket) was removed", remedy: DoctorWords.restart())] : []
        }
        if !isRunning {
            return [
                DoctorFinding(
                    check, .warning, "\(settings.socket) was left behind by a gateway that is gone; the next one takes it away",
                    remedy: "peta serve")
            ]
        }
        guard found.mode & 0o007 == 0 else {
            return [
                DoctorFinding(
                    check, .failure, "everybody may open the admin socket \(settings.socket)",
                    remedy: "chmod o-rwx \(DoctorWords.quoted(settings.socket))")
            ]
        }
        return [DoctorFinding(check, .ok, "\(settings.socket) is open to its owner and its group only")]
    }

    private static func octal(_ mode: UInt32) -> String { "0" + String(mode & 0o7777, radix: 8) }

    // MARK: database

    private func integrity() throws -> [DoctorFinding] {
        let check = "database.integrity"
        let path = data + "/peta.db"
        guard status(path) != nil else { return [] }
        if !isRunning, let pid = Self.holder(data) {
            return [
                DoctorFinding(
                    "database.lock", .failure,
                    "process \(pid) holds \(data), but no gateway answers at \(settings.socket); --admin-socket names another socket",
                    remedy: "kill \(pid)")
            ]
        }
        let newer = isRunning ? [] : try StoreCheck.unknownSteps(path: path, known: Running.migrations)
        guard newer.isEmpty else {
            return [
                DoctorFinding(
                    check, .failure, "the database was written by a newer peta (it has: \(newer.joined(separator: ", ")))",
                    remedy:
                        "use the newer peta, or a backup made before: peta backup restore FILE --data-dir \(DoctorWords.quoted(data)) --replace"
                )
            ]
        }
        let outcome =
            try store.map { try StoreCheck.check($0, milliseconds: databaseMilliseconds) }
            ?? StoreCheck.check(path: path, milliseconds: databaseMilliseconds)
        switch outcome {
        case .whole: return [DoctorFinding(check, .ok, "\(path) is whole")]
        case .unfinished:
            return [DoctorFinding(check, .ok, "\(path): no damage in the part that was read in time; 'peta doctor --full' reads all of it")]
        case .damaged(let detail):
            return [
                DoctorFinding(
                    check, .failure, "\(path) is damaged: \(detail)",
                    remedy:
                        "stop the gateway, then: peta backup restore FILE --data-dir \(DoctorWords.quoted(data)) --replace"
                )
            ]
        }
    }

    /// The process that holds the data directory; nil where none does.
    private static func holder(_ data: String) -> Int32? {
        let descriptor = open(data + "/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        return Int32(String(decoding: text.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)) ?? 0
    }

    // MARK: the machine

    private func space() -> [DoctorFinding] {
        let check = "disk.space"
        var found = statvfs()
        // Where the directory is not there yet, the nearest above it.
        var path = data
        while statvfs(path, &found) != 0 {
            guard let cut = path.lastIndex(of: "/"), cut > path.startIndex else { return [] }
            path = String(path[..<cut])
        }
        let free = UInt64(found.f_bavail) * UInt64(found.f_frsize)
        let words = "\(DoctorWords.bytes(free)) free for \(data)"
        let remedy = "make room on that disk: du -x -h \(DoctorWords.quoted(path)) | sort -h | tail"
        if found.f_files > 0, found.f_favail == 0 {
            return [DoctorFinding(check, .failure, "no file can be made on the disk of \(data): no inodes", remedy: remedy)]
        }
        if free < 64 << 20 {
            return [DoctorFinding(check, .failure, words + ": calls are refused when the audit cannot be written", remedy: remedy)]
        }
        if free < 1 << 30 { return [DoctorFinding(check, .warning, words, remedy: remedy)] }
        return [DoctorFinding(check, .ok, words)]
    }

    private func synchronised() -> [DoctorFinding] {
        let check = "clock.synchronised"
        switch SystemClock.isSynchronised() {
        case true?: return [DoctorFinding(check, .ok, "the system keeps the clock in step with others")]
        case false?:
            return [
                DoctorFinding(
                    check, .warning, "nothing keeps the clock in step: expiry of tokens and times in the audit depend on it",
                    remedy: "timedatectl set-ntp true")
            ]
        case nil: return [DoctorFinding(check, .ok, "the system does not say whether something keeps the clock in step")]
        }
    }

    private func openFiles() -> [DoctorFinding] {
        let check = "limits.files"
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return [] }
        // What the gateway sets itself up for, and something for servers, files and the socket.
        let wanted = UInt64(settings.limits.connections) + 512
        guard limit.rlim_cur < wanted else { return [DoctorFinding(check, .ok, "\(limit.rlim_cur) files may be open")] }
        return [
            DoctorFinding(
                check, .warning, "\(limit.rlim_cur) files may be open, and limits.connections alone allows \(settings.limits.connections)",
                remedy: DoctorWords.limit("LimitNOFILE", "ulimit -n", "\(max(65_536, wanted))", unit: "\(max(65_536, wanted))"))
        ]
    }

    /// RLIMIT_MEMLOCK, which the Glibc module leaves out.
    private static let memoryLock = __rlimit_resource_t(8)

    private func lockedMemory() -> [DoctorFinding] {
        let check = "limits.memory"
        var limit = rlimit()
        guard getrlimit(Self.memoryLock, &limit) == 0 else { return [] }
        guard geteuid() != 0, limit.rlim_cur < 1 << 20 else {
            return [DoctorFinding(check, .ok, "secrets can be locked in memory")]
        }
        return [
            DoctorFinding(
                check, .warning, "only \(DoctorWords.bytes(UInt64(limit.rlim_cur))) may be locked in memory: secrets may get into swap",
                remedy: DoctorWords.limit("LimitMEMLOCK", "ulimit -l", "65536", unit: "64M"))
        ]
    }

    private func group() -> [DoctorFinding] {
        let check = "people.group"
        guard SystemGroup.id(of: "peta") == nil else {
            return [DoctorFinding(check, .ok, "members of the group peta administer this gateway")]
        }
        // Who runs a gateway for oneself needs no group.
        guard settings.socket.hasPrefix("/run/peta/") else {
            return [DoctorFinding(check, .ok, "this user and root administer this gateway")]
        }
        return [
            DoctorFinding(
                check, .warning, "there is no group peta: only root and the gateway's own user can administer it",
                remedy: "groupadd --system peta && usermod -aG peta \"$USER\"")
        ]
    }

    // MARK: listening

    private func addresses() -> [DoctorFinding] {
        settings.listen.flatMap { address -> [DoctorFinding] in
            let check = "listen.address:\(address)"
            if !isRunning, case .tcp(let host, let port) = address, let problem = PortProbe.problem(host: host, port: port) {
                return [
                    DoctorFinding(
                        check, .failure, "the gateway cannot listen on \(address): \(problem)",
                        remedy: "ss -ltnp 'sport = :\(port)'")
                ]
            }
            guard !address.isLocal, settings.tls.certificate == nil else {
                return [DoctorFinding(check, .ok, address.isLocal ? "\(address) is for this machine only" : "\(address) is behind TLS")]
            }
            guard settings.http.trustedProxies.isEmpty else {
                return [DoctorFinding(check, .ok, "\(address) has no TLS of its own; a proxy in http.trustedProxies stands before it")]
            }
            return [
                DoctorFinding(
                    check, .warning, "\(address) is open to other machines without TLS: tokens cross the network in the clear",
                    remedy: "peta serve --tls-cert CHAIN.pem --tls-key KEY.pem, or behind a proxy: peta serve --listen 127.0.0.1:3002")
            ]
        }
    }

    /// In the gateway itself the service knows more.
    private func metrics() -> [DoctorFinding] {
        guard !isRunning else { return [] }
        return settings.metrics.listen.compactMap { address in
            guard case .tcp(let host, let port) = address, let problem = PortProbe.problem(host: host, port: port) else { return nil }
            return DoctorFinding(
                "listen.metrics:\(address)", .failure, "metrics cannot be served on \(address): \(problem)",
                remedy: "ss -ltnp 'sport = :\(port)'")
        }
    }

    private func certificate() -> [DoctorFinding] {
        guard let path = settings.tls.certificate, let key = settings.tls.key else { return [] }
        do {
            guard try Certificates.load(settings.tls) != nil else { return [] }
        } catch {
            let (message, hint) = DoctorWords.words(of: error)
            return [DoctorFinding("certificate.usable", .failure, message, remedy: hint)]
        }
        var found = [DoctorFinding("certificate.usable", .ok, "\(path) and its key belong together")]
        if let mode = status(key)?.mode, mode & 0o004 != 0 {
            found.append(
                DoctorFinding(
                    "certificate.key", .failure, "\(key) may be read by everybody", remedy: "chmod o-r \(DoctorWords.quoted(key))"))
        }
        guard let leaf = try? NIOSSLCertificate.fromPEMFile(path).first else { return found }
        return found + CertificateWords.findings(leaf, path, now: Int64(Date().timeIntervalSince1970))
    }
}
