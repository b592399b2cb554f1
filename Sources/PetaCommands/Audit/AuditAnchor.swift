import ArgumentParser
import PetaAdminAPI

struct AuditAnchor: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Print where the log ends, for keeping elsewhere.",
        discussion: """
            One line of JSON with the instance, the last record's number and MAC, and a MAC of all that. Kept where whoever can change the log cannot \
            reach it, it shows later that the end was cut or the log rewritten: 'peta audit verify --anchor FILE'. audit.anchor.* in peta.yaml(5) has \
            the gateway do it by itself; --status tells how that goes, and --put does it now.

            Example:
              peta audit anchor | ssh elsewhere 'cat >> peta.anchors'
              peta audit anchor --status
            """)

    @OptionGroup var options: ClientOptions

    @Flag(help: "Put an anchor in every configured place now.")
    var put = false

    @Flag(help: "Show the configured places in place of an anchor.")
    var status = false

    func run(_ session: Session) throws {
        let state = try session.client.auditAnchor(put: put)
        guard status || put else { return try session.console.write(state.anchor.bytes + [0x0A]) }
        try session.renderer.show(state.places) { page in
            var table = Table([.text("PLACE"), .number("RECORD"), .text("WHEN"), .text("PROBLEM")])
            for place in state.places {
                table.append([
                    Cell(place.place), Cell(place.seq.map(String.init)), Cell(session.ago(place.at)),
                    Cell(place.error ?? "-", place.error == nil ? .plain : .bad),
                ])
            }
            page.table(table, empty: "No place is configured: see audit.anchor.file, .command and .url in peta.yaml(5).")
        }
        if put, state.places.contains(where: { $0.error != nil }) { throw ExitCode(1) }
    }
}
