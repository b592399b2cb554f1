import ArgumentParser
import PetaAdminAPI

struct ConfigReloadCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Let the running gateway read its configuration and certificates again.",
        discussion: """
            It does what SIGHUP does, and tells what came of it. Flags and environment are those that the gateway was started \
            with. Sessions stay open. When anything is wrong nothing is changed and the exit code is 65. What has to wait for the next \
            start is named; peta.yaml(5) says which settings these are.

            Example:
              peta config reload
              peta config show --running
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let done = try session.client.reloadConfiguration()
        try session.renderer.show(done) { page in
            for change in done.changed { page.line("changed  \(change.words)", .good) }
            if done.certificate { page.line("changed  the certificate; connections that stand keep theirs", .good) }
            for change in done.waiting { page.line("waits    \(change.words): takes effect at the next start", .waiting) }
            if done.changed.isEmpty, !done.certificate { page.line("\(done.file ?? "No configuration file"): nothing has changed") }
        }
    }
}
