import ArgumentParser
import PetaAdminAPI

struct ApproveWatch: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Tell what waits and then what happens, a line each, until Ctrl-C.",
        discussion: """
            With --json one object a line. First each call that waits, then one line "ready", then what comes.

            Example:
              peta approve watch
              peta approve watch --json | jq -r 'select(.event == "created") | .approval.id'
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        Interrupts.endStreamCleanly()
        let stream = LineStream(session)
        let console = session.console
        let now = CommandContext.current.now
        try session.client.watchApprovals(watching: console.output) { line in
            try stream.write(line) { bytes in
                guard let event = try? AdminJSON.decode(ApprovalEvent.self, from: bytes) else { return nil }
                return ApprovalWords.line(event, now: now(), usesColor: console.usesColor)
            }
        }
    }
}
