import ArgumentParser
import PetaAdminAPI

struct AuditVerify: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that no record was changed, removed or reordered.",
        discussion: """
            Where retention removed records, what is left is proven from the sealed checkpoint on that it left. With --anchor also what no look at \
            the log alone can show: that its end was cut, or that it was written anew, since an anchor was kept elsewhere. Of a file with many the \
            last 1000 are compared. Exit code 1 when the chain is broken or an anchor contradicts it.

            Example:
              peta audit verify
              peta audit verify --anchor /mnt/elsewhere/peta.anchors
            """)

    @OptionGroup var options: ClientOptions

    @Option(
        help: ArgumentHelp(
            "A file of anchors, as audit.anchor.file or 'peta audit anchor' makes it; - is standard input.", valueName: "file"),
        completion: .file())
    var anchor: String?

    func run(_ session: Session) throws {
        let anchors = try anchor.map { try AnchorLines.read($0, console: session.console) } ?? []
        let verdict = try session.client.verifyAudit(against: anchors)
        try session.renderer.show(verdict) { page in
            if verdict.ok || (verdict.firstBad == nil && verdict.reason == nil) {
                page.line("The chain is whole: \(Words.count(Int(verdict.records), "record")).", .good)
                if let head = verdict.head { page.fields([("head", Cell(head))]) }
            } else {
                page.line("The chain is broken\(verdict.firstBad.map { ": record \($0) is the first that is wrong" } ?? "").", .bad)
                if let reason = verdict.reason { page.line(Self.words(reason)) }
            }
            if let checkpoint = verdict.checkpoint {
                page.line(
                    "Proven from record \(checkpoint.seq + 1) on: retention removed \(Words.count(Int(checkpoint.removed), "record")) before it, last on \(Clock.words(checkpoint.at))."
                )
            }
            if let found = verdict.anchors { Self.show(found, &page) }
        }
        if !verdict.ok { throw ExitCode(1) }
    }

    private static func show(_ found: AuditVerdict.Anchors, _ page: inout Page) {
        if let bad = found.bad {
            let what =
                switch bad.reason {
                case "tail_cut": "The end was cut: record \(bad.seq) was the last one at \(Clock.words(bad.at)), and is not there any more."
                case "rewritten": "The log was rewritten: record \(bad.seq) is not the one that was the last at \(Clock.words(bad.at))."
                default:
                    "The anchor of record \(bad.seq) was not made by this log: it was changed, or is another log's, or this one was made anew."
                }
            page.line(what, .bad)
        } else if let newest = found.newest {
            page.line(
                "It holds what \(Words.count(found.checked - found.removed, "anchor")) said, the newest of record \(newest.seq) at \(Clock.words(newest.at)).",
                .good)
        }
        if found.removed > 0 {
            page.line("\(Words.count(found.removed, "anchor")) could not be compared: retention has removed those records since.")
        }
    }

    private static func words(_ reason: String) -> String {
        switch reason {
        case "changed": "It is not what was written, or the key is another one."
        case "removed": "It is not there any more."
        case "reordered": "Another record stands in its place."
        case "tail_cut": "The log ends before the last record that was written."
        case "checkpoint": "The checkpoint of retention before it was changed, so nothing says where the chain begins."
        default: reason
        }
    }
}
