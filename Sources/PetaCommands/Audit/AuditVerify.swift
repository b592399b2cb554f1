import ArgumentParser
import PetaAdminAPI

struct AuditVerify: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that no record was changed, removed or reordered.",
        discussion: """
            Exit code 1 when the chain is broken.

            Example:
              peta audit verify
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let verdict = try session.client.verifyAudit()
        try session.renderer.show(verdict) { page in
            if verdict.ok {
                page.line("The chain is whole: \(Words.count(Int(verdict.records), "record")).", .good)
                if let head = verdict.head { page.fields([("head", Cell(head))]) }
            } else {
                page.line("The chain is broken\(verdict.firstBad.map { ": record \($0) is the first that is wrong" } ?? "").", .bad)
            }
        }
        if !verdict.ok { throw ExitCode(1) }
    }
}
