import CPetaShim
import Glibc
import PetaAdminAPI

/// The lines that were typed in earlier shells, in a file that only its owner may read. Several shells may append to it at once.
///
/// One line of the file is one that was typed; a newline in it stands as `\n`, a backslash as two.
package struct ShellHistory {
    /// The file.
    package let path: String

    /// So many lines are offered, and kept when the file grows too large.
    static let most = 2000
    /// The file is made shorter when it is larger than this, in bytes.
    package static let largest = 1 << 20
    /// Longer lines are not kept.
    static let longest = 64 << 10

    package init(path: String) { self.path = path }

    /// `$XDG_STATE_HOME/peta/history`, or `~/.local/state/peta/history`. Also for root: the data directory belongs to the gateway's own
    /// user, who could lead root's writing elsewhere.
    package init(variables: [String: String]) {
        let paths = StandardPaths(variables: variables, isRoot: false)
        self.init(path: paths.stateDirectory + "/history")
    }

    /// The newest lines, oldest first. What cannot be read is as if it were not there.
    package func load() -> [String] {
        guard let descriptor = try? opened(O_RDONLY) else { return [] }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        let start = max(0, end - 2 * Self.largest)
        lseek(descriptor, start, SEEK_SET)
        guard var bytes = try? TextFile.read(descriptor, path: path, limit: 4 * Self.largest)[...] else { return [] }
        // The first line is cut where the reading begins in its middle.
        if start > 0 { bytes = bytes.drop { $0 != 0x0A }.dropFirst() }
        let lines = bytes.split(separator: 0x0A).suffix(Self.most)
        return lines.compactMap { String(validating: $0, as: UTF8.self) }.map(Self.read)
    }

    /// Appends a line at once, so that nothing is lost whatever ends the shell. Throws `FileProblem`.
    package func append(_ line: String) throws {
        let bytes = Array((Self.written(line) + "\n").utf8)
        guard bytes.count <= Self.longest else { return }
        let descriptor = try locked()
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw FileProblem(path: path, number: errno) }
        // A write that was cut off leaves a line without its end; the next one must not become part of it.
        var last: UInt8 = 0x0A
        let size = lseek(descriptor, 0, SEEK_END)
        if size > 0 { _ = pread(descriptor, &last, 1, size - 1) }
        guard Console.write((last == 0x0A ? [] : [0x0A]) + bytes, to: descriptor) else { throw FileProblem(path: path, number: errno) }
        if size + bytes.count > Self.largest { try shorten(descriptor) }
    }

    /// Forgets everything.
    package func clear() throws {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw FileProblem(path: path, number: errno)
    }

    /// The newest half, in a file that takes the place of this one, which is locked.
    private func shorten(_ descriptor: Int32) throws {
        lseek(descriptor, 0, SEEK_SET)
        let lines = try TextFile.read(descriptor, path: path, limit: 4 * Self.largest).split(separator: 0x0A)
        var kept: [ArraySlice<UInt8>] = []
        var size = 0
        for line in lines.suffix(Self.most).reversed() {
            size += line.count + 1
            guard size <= Self.largest / 2 else { break }
            kept.append(line)
        }
        let temporary = path + ".new"
        unlink(temporary)
        let new = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard new >= 0 else { throw FileProblem(path: temporary, number: errno) }
        defer { close(new) }
        guard Console.write(kept.reversed().flatMap { $0 + [0x0A] }, to: new), rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            throw FileProblem(path: path, number: number)
        }
    }

    /// The file, open and locked; it is the one that stands at the path.
    private func locked() throws -> Int32 {
        try AtomicFile.makeDirectory(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
        for _ in 0..<50 {
            let descriptor = try opened(O_RDWR | O_APPEND | O_CREAT)
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                var here = peta_file()
                var there = peta_file()
                // Another shell may have put a shorter file in its place meanwhile.
                if peta_file_status("/proc/self/fd/\(descriptor)", 1, &here) == 0, peta_file_status(path, 0, &there) == 0,
                    here.inode == there.inode, here.device == there.device
                {
                    return descriptor
                }
            }
            close(descriptor)
            poll(nil, 0, 10)
        }
        throw FileProblem(path: path, number: EAGAIN)
    }

    /// Opens the file, if it is one and its owner is who runs this.
    private func opened(_ flags: Int32) throws -> Int32 {
        let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: path, number: errno) }
        var status = peta_file()
        let isRight =
            peta_file_status("/proc/self/fd/\(descriptor)", 1, &status) == 0 && status.uid == geteuid()
            && status.mode & 0o170000 == 0o100000
        guard isRight else {
            close(descriptor)
            throw FileProblem(path: path, number: EPERM)
        }
        return descriptor
    }

    private static func written(_ line: String) -> String {
        guard line.utf8.contains(where: { $0 == 0x0A || $0 == UInt8(ascii: "\\") }) else { return line }
        return line.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func read(_ line: String) -> String {
        guard line.utf8.contains(UInt8(ascii: "\\")) else { return line }
        var text = ""
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                text.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
