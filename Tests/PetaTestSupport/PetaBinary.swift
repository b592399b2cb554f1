import Foundation

/// The `peta` that was built together with the tests.
package enum PetaBinary {
    /// Its path: what `PETA_BINARY` names, else beside the test bundle.
    package static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["PETA_BINARY"], !named.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: named) else { throw TestFailure("PETA_BINARY names no program: \(named)") }
            return named
        }
        let bundles = CommandLine.arguments.filter { $0.contains(".xctest") } + ["/proc/self/exe"]
        for bundle in bundles {
            var folder = URL(fileURLWithPath: bundle).resolvingSymlinksInPath()
            // The bundle is one file on Linux; under Swift Testing's runner a path inside a folder may be given.
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let candidate = folder.appendingPathComponent("peta").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue,
                    FileManager.default.isExecutableFile(atPath: candidate)
                {
                    return candidate
                }
                if folder.lastPathComponent == ".build" { break }
            }
        }
        throw TestFailure("there is no built peta beside the tests; arguments: \(CommandLine.arguments)")
    }

    /// A library that was built beside it, to be preloaded into it.
    package static func library(_ name: String) throws -> String {
        let library = URL(fileURLWithPath: try path()).deletingLastPathComponent().appendingPathComponent("lib\(name).so").path
        guard FileManager.default.fileExists(atPath: library) else { throw TestFailure("\(library) was not built") }
        return library
    }

    /// The top of the source tree.
    package static var sourceRoot: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }
}
