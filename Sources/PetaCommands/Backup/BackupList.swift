import ArgumentParser
import PetaAdminAPI

struct BackupList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the backups that this gateway has made, the newest first.",
        discussion: """
            Example:
              peta backup list
              peta backup list --json | jq -r 'map(select(.state == "done"))[0].endedAt'
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let backups = try session.client.backups()
        try session.renderer.show(backups) { page in
            var table = Table([.text("ID"), .text("MADE"), .text("STATE"), .text("SIZE"), .text("SHA-256"), .text("ERROR")])
            for backup in backups {
                let style: Style = backup.state == "done" ? .good : backup.state == "failed" ? .bad : .waiting
                table.append([
                    Cell(backup.id), Cell(session.ago(backup.startedAt)), Cell(backup.state, style), Cell(Amount.bytes(backup.bytes)),
                    Cell(backup.sha256), Cell(backup.error),
                ])
            }
            page.table(table, empty: "No backup yet. Make one with 'peta backup create FILE'.")
        }
    }
}
