import ArgumentParser
import PetaAdminAPI

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether all is well, and say what to do where it is not.",
        usage: "peta doctor [<options>]",
        discussion: """
            It looks at configuration, files and their modes, the database, disk, clock, limits, certificate and listen addresses; and the \
            running gateway at its audit, vault, servers, policy, tokens, approvals and what it tells other systems. Without a gateway it looks at what there is. Each \
            finding comes with its remedy. It changes nothing, and no check takes longer than a second, unless --full is given.

            The exit code tells the worst of it: 0 when all is well, 2 when there are warnings, 1 when something fails.

            Example:
              peta doctor
              peta doctor --full
              peta doctor --json | jq '.[] | select(.ok | not)'
            """)

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON for scripts.")
    var json = false

    @Flag(help: "Read all of the database, however long that takes.")
    var full = false

    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Show what is well, too.")
    var verbose = false

    func run() async throws {
        let context = CommandContext.current
        let findings = try await examine(context)
        try Renderer(format: json ? .json : .text, console: context.console).show(findings) { page in
            DoctorPage.write(findings, all: verbose, on: &page)
        }
        if findings.contains(where: { !$0.ok }) { throw ExitCode(AdminErrorCode.failed.exitCode) }
        if findings.contains(where: { $0.severity == .warning }) { throw ExitCode(2) }
    }

    private func examine(_ context: CommandContext) async throws -> [DoctorFinding] {
        let session = Session(socket: options.adminSocket, json: json, context)
        do throws(AdminError) {
            let own = try session.client.doctor(full: full)
            return own + version(try session.client.status().version, context)
        } catch {
            var findings = [gateway(error)]
            // One that answers and refuses is there: what it holds is not ours to look at.
            guard error.code == .unavailable else { return findings }
            do throws(AdminError) {
                let (settings, problems) = try options.resolver(context).examine()
                findings += problems.map { DoctorFinding("configuration.read", .failure, $0, remedy: "peta config check") }
                if problems.isEmpty { findings.append(DoctorFinding("configuration.read", .ok, "the configuration is in order")) }
                return findings + (await context.environment.examine(settings, full))
            } catch {
                return findings + [DoctorFinding("configuration.read", .failure, error.message, remedy: error.hint ?? "peta config check")]
            }
        }
    }

    private func gateway(_ error: AdminError) -> DoctorFinding {
        switch error.code {
        case .notPermitted:
            DoctorFinding(
                "gateway.running", .failure, error.message, remedy: error.hint ?? "sudo peta doctor")
        default:
            DoctorFinding(
                "gateway.running", .failure, error.message, remedy: error.code == .unavailable ? "peta serve" : error.hint ?? "peta status")
        }
    }

    private func version(_ running: String, _ context: CommandContext) -> [DoctorFinding] {
        let own = context.environment.version
        guard running != own else { return [DoctorFinding("gateway.running", .ok, "peta \(running) runs")] }
        return [
            DoctorFinding(
                "gateway.version", .warning, "the gateway is peta \(running), this command is \(own)",
                remedy: "systemctl restart peta")
        ]
    }
}
