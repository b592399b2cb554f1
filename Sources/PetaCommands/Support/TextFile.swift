import Glibc
import PetaAdminAPI

/// Reads small files without Foundation.
enum TextFile {
    /// The bytes of a file. Throws the error number; EFBIG where it is larger than `limit`.
    static func read(_ path: String, limit: Int = 16 << 20) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(path: path, number: errno) }
        defer { close(descriptor) }
        return try read(descriptor, path: path, limit: limit)
    }

    /// All bytes up to the end of an open descriptor.
    static func read(_ descriptor: Int32, path: String, limit: Int = 16 << 20) throws(FileProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            guard Interrupts.awaitInput(descriptor) else { throw FileProblem(path: path, number: EINTR) }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileProblem(path: path, number: errno)
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw FileProblem(path: path, number: EFBIG) }
        }
    }

    /// Replaces a file's content, or makes it.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileProblem(path: path, number: errno) }
        defer { close(descriptor) }
        guard Console.write(bytes, to: descriptor) else { throw FileProblem(path: path, number: errno) }
    }
}
