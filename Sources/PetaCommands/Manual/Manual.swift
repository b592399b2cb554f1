import ArgumentParser
import Glibc

/// Writes the man pages from the declarations of the commands. Hidden: only the build needs it.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-manual", abstract: "Write the man pages into a directory.", shouldDisplay: false)

    @Argument(help: "An existing directory.", completion: .directory)
    var directory: String

    func run() throws {
        for page in try ManualPages.all() {
            try TextFile.write(Array(page.text.utf8), to: directory + "/" + page.name)
        }
    }
}
