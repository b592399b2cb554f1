import ArgumentParser
import PetaAdminAPI

struct BackupShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a backup says about itself; reads its beginning only.",
        usage: "peta backup show [<options>] <file>",
        discussion: """
            Example:
              peta backup show nightly.backup
            """)

    @OptionGroup var reading: BackupReading

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() throws {
        let context = CommandContext.current
        let manifest = try reading.with(context.console, "reading:") { try context.environment.backups.show($0) }
        try Renderer(format: json ? .json : .text, console: context.console).show(manifest) { page in
            page.fields(BackupPage.fields(manifest, now: context.now()))
        }
    }
}
