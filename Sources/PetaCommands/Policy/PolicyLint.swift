import ArgumentParser
import PetaAdminAPI

struct PolicyLint: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check policy sets without applying them.",
        discussion: """
            Prints what is wrong and what looks like a mistake, with file and line. Exit code 65 when a set would be refused, 0 \
            with warnings alone. The running gateway checks; it stores nothing.

            Example:
              peta policy lint bank.yaml
              peta policy lint policies/*.yaml
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: ArgumentHelp("The sets; - reads standard input.", valueName: "file"), completion: .file())
    var files: [String]

    /// What scripts get for one file.
    private struct Verdict: Encodable {
        let file: String
        let ok: Bool
        let name: String?
        let server: String?
        let rules: Int
        let problems: [AdminProblem]
        let warnings: [AdminProblem]

        init(_ file: PolicyFile, _ report: PolicyReport) {
            self.file = file.name
            ok = report.problems.isEmpty
            name = report.name
            server = report.server
            rules = report.rules
            problems = report.problems.map { $0.named(file.name) }
            warnings = report.warnings.map { $0.named(file.name) }
        }
    }

    func validate() throws {
        if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("standard input can be read only once") }
    }

    func run(_ session: Session) throws {
        let verdicts = try files.map { path in
            let file = try PolicyFile(path, session)
            return Verdict(file, try file.naming { try session.client.lintPolicy(file.bytes) })
        }
        try session.renderer.show(verdicts) { page in
            for verdict in verdicts {
                for problem in verdict.problems { page.line(problem.text, .bad) }
                for warning in verdict.warnings { page.line(PolicyPage.warning(warning), .waiting) }
                if verdict.problems.isEmpty, verdict.warnings.isEmpty {
                    page.line("\(verdict.file): \(Words.count(verdict.rules, "rule")), nothing to complain about", .good)
                }
            }
        }
        if verdicts.contains(where: { !$0.ok }) { throw ExitCode(AdminErrorCode.invalidArgument.exitCode) }
    }
}
