import ArgumentParser
import Glibc

/// Writes the man pages from the declarations of the commands. Hidden: only the build needs it.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-manual", abstract: "Write the man pages into a directory.", shouldDisplay: false)

    @Argument(help: "An existing directory.", completion: .directory)
    var directory: String

    @Option(help: "The OpenAPI document of the admin protocol; without it peta-admin(7) is not written.", completion: .file())
    var openapi: String?

    func run() throws {
        let document = try openapi.map { String(decoding: try TextFile.read($0), as: UTF8.self) }
        for page in try ManualPages.all(openAPI: document) {
            try TextFile.write(Array(page.text.utf8), to: directory + "/" + page.name)
        }
    }
}
