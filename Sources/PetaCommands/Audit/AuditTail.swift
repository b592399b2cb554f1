import ArgumentParser
import PetaAdminAPI

struct AuditTail: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the last records, and with -f each new one as it is written.",
        usage: "peta audit tail [<options>]",
        discussion: """
            With --json one object a line.

            Example:
              peta audit tail -n 50 -f
              peta audit tail -f --json | jq -c 'select(.outcome != "ok")'
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var window: WindowOptions

    func run(_ session: Session) throws {
        Interrupts.endStreamCleanly()
        let stream = LineStream(session)
        let console = session.console
        try session.client.auditTail(last: window.lines, follow: window.follow, watching: console.output) { line in
            try stream.write(line) { AuditText.line($0, usesColor: console.usesColor) }
        }
    }
}
