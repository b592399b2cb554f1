import Foundation

/// A new directory that is removed with everything in it when the last reference goes. Its path is short enough for
/// a Unix socket inside.
package final class TemporaryDirectory: Sendable {
    /// The absolute path, without links.
    package let path: String

    /// Makes the directory, mode 0700.
    package init() throws {
        var template = Array("/tmp/peta-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure.system("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something inside.
    package func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and gives its path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws -> String {
        let file = path(name)
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)), chmod(file, mode) == 0 else {
            throw TestFailure.system("write \(file)")
        }
        return file
    }

    /// The names of everything below, sorted.
    package var contents: [String] {
        (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
    }
}
