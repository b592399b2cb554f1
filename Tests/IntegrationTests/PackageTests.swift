import Foundation
import PetaTestSupport
import Testing

/// What is handed to those who install Peta.
@Suite("Packages")
struct PackageTests {
    private static let rootTar = ProcessInfo.processInfo.environment["PETA_ROOT_TAR"] ?? PetaBinary.sourceRoot + "/.build-root.tar"

    @Test("the Debian package is installed, used, upgraded, removed and purged in a clean Debian")
    func debian() throws {
        let script = PetaBinary.sourceRoot + "/scripts/test-package.sh"
        let words = [script, try PetaBinary.path(), Self.rootTar]
        let command = geteuid() == 0 ? words : ["/usr/bin/sudo", "-n"] + words
        let result = try run(
            command[0], Array(command.dropFirst()), environment: ChildProcess.plainEnvironment, directory: PetaBinary.sourceRoot,
            within: 600)
        #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
        #expect(result.stdout.split(separator: "\n").count { $0.hasPrefix("ok: ") } == 8, "\(result.stdout)")
    }

    @Test("hadolint finds nothing in the Dockerfile")
    func dockerfile() throws {
        let result = try run(
            PythonPeer.command("hadolint"), [PetaBinary.sourceRoot + "/etc/Dockerfile"], environment: ChildProcess.plainEnvironment)
        #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    }

    @Test("the image leaves out what is not needed to build it")
    func context() throws {
        let ignored = try String(contentsOfFile: PetaBinary.sourceRoot + "/.dockerignore", encoding: .utf8).split(separator: "\n")
        #expect(Set(ignored).isSuperset(of: [".git", ".build*"]))
    }
}
