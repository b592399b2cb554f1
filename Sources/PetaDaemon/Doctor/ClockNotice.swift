internal import Logging
internal import PetaAudit

/// Tells at the start that the clock stands before what was recorded: it was set back, or another machine's was ahead.
enum ClockNotice {
    static func log(_ audit: AuditLog, _ logger: Logger) async {
        guard let newest = try? await audit.tailVerification(records: 1).newest else { return }
        let behind = (newest - SystemClock.wall()) / 1_000_000
        guard behind >= SystemClock.tolerance else { return }
        logger.warning(
            "the clock is behind the newest record of the audit: it was set back; nothing is lost, records keep their order by number. Set it right: timedatectl set-ntp true",
            metadata: ["seconds": "\(behind)"])
    }
}
