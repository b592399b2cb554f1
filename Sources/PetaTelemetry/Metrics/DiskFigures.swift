import Glibc

/// How much room there is where the data lie.
package struct DiskFigures: Sendable {
    /// Bytes for whoever is not root.
    package let free: Int64
    package let size: Int64

    /// Nil where the system does not say.
    package init?(_ directory: String) {
        var found = statvfs()
        guard statvfs(directory, &found) == 0 else { return nil }
        free = Int64(clamping: UInt64(found.f_bavail) &* UInt64(found.f_frsize))
        size = Int64(clamping: UInt64(found.f_blocks) &* UInt64(found.f_frsize))
    }

    /// Bytes of a file; 0 where there is none.
    package static func size(of path: String) -> Int64 {
        var found = stat()
        return stat(path, &found) == 0 ? Int64(found.st_size) : 0
    }
}
