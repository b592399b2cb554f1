import ArgumentParser
import PetaAdminAPI

struct PolicyDiff: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell which recorded calls a new set would decide differently.",
        usage: "peta policy diff [<options>] --file <file>",
        discussion: """
            The set is taken as if it were applied, in place of the one of its name; nothing is changed. Recorded calls are judged by \
            what is in force and by what would be. Where the record does not tell enough, because arguments were not kept or a value \
            was hidden, the call is counted as one of which it cannot be told. It ends with 0 also when something differs.

            Example:
              peta policy diff -f bank.yaml
              peta policy diff -f bank.yaml --since 7d --exit-code
            """)

    @OptionGroup var options: ClientOptions

    @Option(
        name: [.short, .long], help: ArgumentHelp("The set, YAML or JSON; - reads standard input.", valueName: "file"),
        completion: .file())
    var file: String

    @Option(help: "The set's name, where the file does not say.")
    var name: String?

    @Option(help: ArgumentHelp("The newest so many calls, 100000 at most; 1000 if no time is given.", valueName: "count"))
    var last: Int?

    @Option(help: ArgumentHelp("From this time on: 2h, 7d, or a time like 2026-03-09T17:00:00Z.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Before this time.", valueName: "time"))
    var until: String?

    @Flag(name: .customLong("exit-code"), help: "End with 1 when something differs.")
    var exitCode = false

    func validate() throws {
        try TimeArgument.check("--since", since)
        try TimeArgument.check("--until", until)
        if let last, !(1...PolicyTrial.callLimit).contains(last) {
            throw ValidationError("--last: expected a number from 1 to \(PolicyTrial.callLimit), found \(last)")
        }
    }

    func run(_ session: Session) throws {
        let file = try PolicyFile(file, session)
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw AdminError(.invalidArgument, "\(file.name) is not UTF-8")
        }
        let trial = PolicyTrial(
            text: text, set: name, last: last, since: since.flatMap { TimeArgument.past($0, now: session.now) },
            until: until.flatMap { TimeArgument.past($0, now: session.now) })
        let found = try file.naming { try session.client.policyDifference(trial) }
        try session.renderer.show(found) { Self.fill(&$0, found) }
        if exitCode, found.different > 0 { throw ExitCode(1) }
    }

    private static func fill(_ page: inout Page, _ found: PolicyDifference) {
        let asked = found.calls - found.notAsked
        let fate = found.replaces ? "in place of what is in force of it" : "beside what is in force"
        page.line("\(found.name): \(Words.count(asked, "call")) judged anew, with this set \(fate).")
        if found.notAsked > 0 { page.line("\(Words.count(found.notAsked, "more call")) had been decided before policy was asked.", .faint) }
        page.line("")
        if found.changes.isEmpty {
            page.line("No call would be decided differently.")
        } else {
            page.line("\(Words.count(found.different, "call")) would be decided differently:", .heading)
            var table = Table([.text("WHAT"), .text("USER"), .text("FROM"), .text("TO"), .text("RULE"), .number("CALLS"), .text("EXAMPLE")])
            for change in found.changes {
                table.append([
                    Cell(change.target), Cell(change.user), PolicyPage.decision(change.from), PolicyPage.decision(change.to),
                    Cell(change.toRule ?? change.fromRule), Cell(change.count), Cell(change.example),
                ])
            }
            page.table(table, empty: "")
            if found.moreChanges > 0 { page.line("\(Words.count(found.moreChanges, "more call")) in changes that are not listed") }
        }
        if !found.unknown.isEmpty { page.line("") }
        for one in found.unknown {
            page.line("It cannot be told of \(Words.count(one.count, "call")): \(one.reason) (such as \(one.example ?? "-"))", .waiting)
        }
        for note in found.notes { page.line("note: " + note, .faint) }
    }
}
