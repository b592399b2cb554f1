/// One line of `peta doctor`: what was looked at, how it is, and what to do about it.
package struct DoctorFinding: Codable, Sendable, Equatable {
    /// How much it matters.
    package enum Severity: String, Codable, Sendable {
        case ok
        /// Works, and should be looked at.
        case warning
        /// Does not work, or is not safe.
        case failure
    }

    /// What was looked at, as a word that scripts may rely on: `GROUP.NAME`, or `GROUP.NAME:SUBJECT` where there are several.
    package var check: String
    /// False where something fails.
    package var ok: Bool
    package var detail: String
    /// A command to type, or a sentence; nil where nothing is to be done.
    package var remedy: String?
    package var severity: Severity

    package init(_ check: String, _ severity: Severity, _ detail: String, remedy: String? = nil) {
        self.check = check
        ok = severity != .failure
        self.detail = detail
        self.remedy = remedy
        self.severity = severity
    }

    /// What stands before the dot.
    package var group: String { String(check.prefix { $0 != "." }) }
}
