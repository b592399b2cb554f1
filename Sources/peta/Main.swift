import Glibc
import PetaCommands
import PetaDaemon
import PetaDemo

@main
struct Main {
    static let version = "0.1.0"

    static func main() async {
        // libdispatch asks for a priority for its own thread that only root gets, and complains of that on standard error.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        await PetaCommand.main(
            CommandEnvironment(
                serve: { try await Daemon.run($0, version: version) },
                demoServer: { try DemoServer.run(arguments: $0) },
                backups: Daemon.backups, version: version, examine: { await Daemon.examine($0, full: $1) }))
    }
}
