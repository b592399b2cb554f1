import ArgumentParser
import PetaAdminAPI

/// Decides several requests, one after the other.
struct ApprovalVerdicts {
    let session: Session
    let isJSON: Bool

    /// Tries each. Tells what became of it, each failure on standard error, and ends with the exit code of the first failure.
    func give(
        _ ids: [String], reason: String?,
        _ decide: (AdminClient, String, ApprovalJudgement) throws(AdminError) -> ApprovalEntry
    ) throws {
        if let reason { try ApprovalJudgement.check(reason: reason) }
        let judgement = ApprovalJudgement(reason: reason, channel: "cli")
        let failures = FailureReport(console: session.console, isJSON: isJSON, words: [])
        var done: [ApprovalEntry] = []
        var code: Int32 = 0
        for id in ids {
            do throws(AdminError) {
                let entry = try ApprovalIDs.with(id, session.client) { id throws(AdminError) in try decide(session.client, id, judgement) }
                done.append(entry)
            } catch {
                let named = AdminError(error.code, ids.count > 1 ? "\(id): \(error.message)" : error.message, hint: error.hint)
                let own = failures.running(named)
                if code == 0 { code = own }
            }
        }
        if !done.isEmpty || isJSON {
            try session.renderer.show(done) { page in
                for entry in done { page.line("\(entry.id): \(Self.words(entry))") }
            }
        }
        if code != 0 { throw ExitCode(code) }
    }

    private static func words(_ entry: ApprovalEntry) -> String {
        let call = "\(ApprovalWords.name(entry)) for \(entry.user)"
        guard entry.status == "pending" else { return "\(entry.status), \(call)" }
        let yes = entry.decisions.count { $0.verdict == "approved" }
        return "\(yes) of \(entry.approvers) people said yes, \(call)"
    }
}
