import Foundation
import Testing

/// Compares texts with files that are checked in. `UPDATE_GOLDEN=1` writes the files instead.
enum Golden {
    /// The package's directory.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Compares with `Golden/NAME` beside the tests.
    static func check(_ text: String, _ name: String, at location: SourceLocation = #_sourceLocation) throws {
        try check(text, file: "Tests/PetaCommandsTests/Golden/" + name, at: location)
    }

    /// Compares with a file of the package, which a user is given.
    static func check(_ text: String, file: String, at location: SourceLocation = #_sourceLocation) throws {
        let path = root + "/" + file
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let expected = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        if text == expected { return }
        let current = text.components(separatedBy: "\n")
        let was = expected.components(separatedBy: "\n")
        let line = zip(current, was).enumerated().first { $1.0 != $1.1 }?.offset ?? min(current.count, was.count)
        Issue.record(
            """
            \(file) differs in line \(line + 1); UPDATE_GOLDEN=1 rewrites it.
              checked in: \(line < was.count ? was[line] : "(nothing)")
              now:        \(line < current.count ? current[line] : "(nothing)")
            """, sourceLocation: location)
    }
}
