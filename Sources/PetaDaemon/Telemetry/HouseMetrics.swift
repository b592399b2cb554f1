internal import PetaTelemetry

/// What `/metrics` says whether the vault is open or sealed, and all that it says while it is sealed.
struct HouseMetrics: Sendable {
    let version: String
    /// The data directory.
    let data: String
    let certificates: Certificates
    let levels: LogLevels

    /// What a sealed gateway says: that it is sealed, and how its host and its files are.
    func render(_ form: Exposition.Form) -> [UInt8] {
        var out = Exposition(form)
        writeBuild(&out)
        Self.writeReady(false, &out)
        writeDisk(&out)
        Self.writeSealed(true, &out)
        writeCertificate(&out)
        writeLog(&out)
        ProcessFigures().write(to: &out)
        return out.bytes
    }

    func writeBuild(_ out: inout Exposition) {
        out.family("peta_build", .info, "The version that runs.")
        out.info([("version", version)])
    }

    static func writeReady(_ isReady: Bool, _ out: inout Exposition) {
        out.family("peta_ready", .gauge, "1 while calls are taken.")
        out.gauge(isReady)
    }

    static func writeSealed(_ isSealed: Bool, _ out: inout Exposition) {
        out.family("peta_vault_sealed", .gauge, "1 while the vault is sealed: no client is served.")
        out.gauge(isSealed)
    }

    func writeDisk(_ out: inout Exposition) {
        out.family("peta_database_bytes", .gauge, "Size of the database and of its write-ahead log.")
        out.gauge(DiskFigures.size(of: data + "/peta.db"), [("file", "database")])
        out.gauge(DiskFigures.size(of: data + "/peta.db-wal"), [("file", "wal")])
        if let disk = DiskFigures(data) {
            out.family("peta_data_disk_free_bytes", .gauge, "Room where the data directory lies.")
            out.gauge(disk.free)
            out.family("peta_data_disk_size_bytes", .gauge, "Size of the file system where the data directory lies.")
            out.gauge(disk.size)
        }
    }

    func writeCertificate(_ out: inout Exposition) {
        out.family(
            "peta_certificate_expiry_timestamp_seconds", .gauge, "When the certificate that clients are shown ends, where there is one.")
        if let expires = certificates.expires { out.gauge(expires) }
    }

    func writeLog(_ out: inout Exposition) {
        out.family("peta_log_messages", .counter, "Lines of the log by level.")
        for (level, count) in levels.counts.all { out.counter(count, [("level", level)]) }
        guard let feed = levels.webhook else { return }
        out.family("peta_log_webhook_queue_lines", .gauge, "Lines that wait to be sent to log.webhook.url.")
        out.gauge(Int64(feed.queue.count))
        Self.write("peta_log_webhook_lines", "Lines for log.webhook.url, by what became of them.", feed.health, feed.queue.dropped, &out)
    }

    static func write(_ name: String, _ help: String, _ health: DeliveryHealth, _ dropped: UInt64, _ out: inout Exposition) {
        out.family(name, .counter, help)
        let results = [
            ("delivered", health.delivered), ("dropped", dropped), ("refused", health.refused), ("abandoned", health.abandoned),
        ]
        for (result, count) in results { out.counter(count, [("result", result)]) }
        out.family("\(name)_failing", .gauge, "1 while they cannot be delivered.")
        out.gauge(health.failure != nil)
    }
}
