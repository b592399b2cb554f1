import ArgumentParser
import PetaAdminAPI

struct PolicyEffective: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "effective",
        abstract: "List the rules in force for a server, in the order in which they are tried.",
        discussion: """
            The first rule that is about a call and whose conditions all hold decides.

            Example:
              peta policy effective bank
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var server: String

    func run(_ session: Session) throws {
        let effect = try session.naming(.server(server)) { try session.client.policyEffect(on: server) }
        try session.renderer.show(effect) { page in
            var table = Table([
                .text("RULE"), .number("PRIORITY"), .text("DECISION"), .text("ABOUT"), .number("CONDITIONS"), .text("REASON"),
            ])
            for rule in effect.rules {
                table.append([
                    Cell(rule.rule), Cell(rule.priority), PolicyPage.decision(rule.decision),
                    Cell(rule.about.isEmpty ? "every call" : rule.about), Cell(rule.conditions), Cell(rule.reason),
                ])
            }
            page.table(table, empty: "No rule is in force for \(effect.server).")
            page.line("Where no rule decides: \(effect.otherwise)")
        }
    }
}
