import PetaCommands
import PetaDaemon
import PetaDemo

@main
struct Main {
    static let version = "0.1.0"

    static func main() async {
        await PetaCommand.main(
            CommandEnvironment(
                serve: { try await Daemon.run($0, version: version) },
                demoServer: { try DemoServer.run(arguments: $0) },
                version: version, examine: { await Daemon.examine($0, full: $1) }))
    }
}
