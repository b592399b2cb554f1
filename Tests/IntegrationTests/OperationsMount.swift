import Foundation
import PetaTestSupport

/// A small file system of its own, to be filled. Unmounted when the last reference goes.
final class OperationsMount {
    /// Whether this user may mount.
    static let isPossible: Bool = {
        guard getuid() == 0, let trial = try? OperationsMount(megabytes: 1) else { return false }
        return trial.isMounted
    }()

    private let directory: TemporaryDirectory
    private var isMounted = false

    init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        let result = try run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=700", "none", directory.path])
        guard result.status == 0 else { throw TestFailure("mount: \(result.stderr)") }
        isMounted = true
    }

    deinit {
        if isMounted { _ = try? run("/bin/umount", ["-l", directory.path]) }
    }

    var path: String { directory.path }

    /// Copies a data directory into it, as `data`.
    func take(_ data: String) throws {
        let result = try run("/bin/cp", ["-a", data, path + "/data"])
        guard result.status == 0 else { throw TestFailure(result.stderr) }
    }

    /// Leaves no byte free.
    func fill() throws {
        _ = try run("/bin/dd", ["if=/dev/zero", "of=" + path + "/ballast", "bs=4096"])
    }

    func free() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }
}
