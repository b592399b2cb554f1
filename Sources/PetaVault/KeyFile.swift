import Glibc
import PetaCrypto

/// The file of 256 random bits that opens the vault: one line that says what it is, one line of 64 hexadecimal digits.
struct KeyFile {
    static let firstLine = "peta-vault-key-1"
    private static let keyLength = 32

    let path: String
    /// Called before each change of a file; throwing makes it fail. For tests of what happens then.
    var willChange: @Sendable () throws -> Void = {}

    /// Where a new key lies until the header that it belongs to is committed.
    var pending: KeyFile { KeyFile(path: path + ".new", willChange: willChange) }

    var exists: Bool { access(path, F_OK) == 0 }

    /// Reads the key.
    ///
    /// - Throws: a ``VaultError`` that says whether it is missing, too open, cut or something else.
    func read() throws -> SecretBytes {
        let fd = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else {
            throw errno == ENOENT ? VaultError.keyFileMissing(path: path) : .keyFileUnusable(path: path, reason: Self.reason())
        }
        defer { Glibc.close(fd) }
        var info = stat()
        guard fstat(fd, &info) == 0 else { throw VaultError.keyFileUnusable(path: path, reason: Self.reason()) }
        guard info.st_mode & S_IFMT == S_IFREG else { throw VaultError.keyFileMalformed(path: path) }
        guard info.st_mode & 0o077 == 0 else { throw VaultError.keyFileTooOpen(path: path, mode: info.st_mode & 0o7777) }
        var length = 0
        let content = SecretBytes(count: 256) { buffer in
            while length < buffer.count {
                let n = Glibc.read(fd, buffer.baseAddress.map { $0 + length }, buffer.count - length)
                if n < 0, errno == EINTR { continue }
                guard n > 0 else { break }
                length += n
            }
        }
        guard length < content.count else { throw VaultError.keyFileMalformed(path: path) }
        return try content.withUnsafeBytes { try parse(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    }

    /// Writes a new key, and returns when it is on the disk. Refuses to replace a file.
    func create(_ key: SecretBytes) throws {
        try willChange()
        let fd = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { throw VaultError.keyFileUnusable(path: path, reason: Self.reason()) }
        defer { Glibc.close(fd) }
        let header = Array((Self.firstLine + "\n").utf8)
        let content = key.withUnsafeBytes { bytes in
            SecretBytes(count: header.count + 2 * bytes.count + 1) { out in
                out.copyBytes(from: header)
                for (i, byte) in bytes.enumerated() {
                    out[header.count + 2 * i] = Self.digit(byte >> 4)
                    out[header.count + 2 * i + 1] = Self.digit(byte & 15)
                }
                out[out.count - 1] = 10
            }
        }
        let written = content.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
        guard written == content.count, fchmod(fd, 0o600) == 0, fsync(fd) == 0 else {
            let reason = Self.reason()
            unlink(path)
            throw VaultError.keyFileUnusable(path: path, reason: reason)
        }
        syncDirectory()
    }

    /// Gives the file its final name.
    func rename(to other: KeyFile) throws {
        try willChange()
        guard Glibc.rename(path, other.path) == 0 else { throw VaultError.keyFileUnusable(path: other.path, reason: Self.reason()) }
        syncDirectory()
    }

    /// Removes the file, if there is one. Whether there was.
    @discardableResult
    func remove() throws -> Bool {
        guard exists else { return false }
        try willChange()
        guard unlink(path) == 0 || errno == ENOENT else { throw VaultError.keyFileUnusable(path: path, reason: Self.reason()) }
        syncDirectory()
        return true
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(VaultError) -> SecretBytes {
        let start = Array((Self.firstLine + "\n").utf8)
        guard bytes.starts(with: start) else {
            throw bytes.count < start.count && start.starts(with: bytes) ? .keyFileTruncated(path: path) : .keyFileMalformed(path: path)
        }
        var end = bytes.count
        while end > start.count, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
        let digits = bytes[start.count..<end]
        guard digits.allSatisfy({ Self.value($0) != nil }), digits.count <= 2 * Self.keyLength else { throw .keyFileMalformed(path: path) }
        guard digits.count == 2 * Self.keyLength else { throw .keyFileTruncated(path: path) }
        return SecretBytes(count: Self.keyLength) { out in
            for i in 0..<Self.keyLength {
                let high = Self.value(bytes[start.count + 2 * i]) ?? 0
                let low = Self.value(bytes[start.count + 2 * i + 1]) ?? 0
                out[i] = high << 4 | low
            }
        }
    }

    /// A file is only found again after a power failure when its directory is on the disk too.
    private func syncDirectory() {
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let fd = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { return }
        fsync(fd)
        Glibc.close(fd)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }

    private static func reason() -> String {
        let failure = errno
        return strerror(failure).map { String(cString: $0) } ?? "error \(failure)"
    }
}
