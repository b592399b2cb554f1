import PetaAdminAPI

/// What `peta doctor` shows to people: what is wrong first, by what it is about.
enum DoctorPage {
    static func write(_ findings: [DoctorFinding], all: Bool, on page: inout Page) {
        var groups: [String] = []
        for finding in findings where !groups.contains(finding.group) { groups.append(finding.group) }
        for group in groups {
            let own = findings.filter { $0.group == group }
            let shown = all ? own : own.filter { $0.severity != .ok }
            guard !shown.isEmpty else { continue }
            page.line(group, .heading)
            for finding in shown {
                page.line("  \(mark(finding.severity)) \(finding.detail)", style(finding.severity))
                if let remedy = finding.remedy { page.line("        -> \(remedy)") }
            }
        }
        let failures = findings.count { $0.severity == .failure }
        let warnings = findings.count { $0.severity == .warning }
        let well = findings.count - failures - warnings
        var words = ["\(well) \(well == 1 ? "check" : "checks") well"]
        if warnings > 0 { words.insert(Words.count(warnings, "warning"), at: 0) }
        if failures > 0 { words.insert("\(failures) \(failures == 1 ? "failure" : "failures")", at: 0) }
        page.line(words.joined(separator: ", ") + ".", failures > 0 ? .bad : warnings > 0 ? .waiting : .good)
    }

    private static func mark(_ severity: DoctorFinding.Severity) -> String {
        switch severity {
        case .ok: "ok   "
        case .warning: "warn "
        case .failure: "FAIL "
        }
    }

    private static func style(_ severity: DoctorFinding.Severity) -> Style {
        switch severity {
        case .ok: .plain
        case .warning: .waiting
        case .failure: .bad
        }
    }
}
