import CPetaShim
import Glibc
import PetaCrypto
import PetaStore

/// The file of a listening socket: where it may be put, who may open it, and when it may go.
///
/// The listener binds to ``bindPath``, a name nobody knows. ``publish()`` gives the socket its mode and only then its real
/// name, with link(2), which never replaces: no peer meets a socket with the wrong mode, and of two daemons one wins.
/// The listener's library removes the name it bound when it closes, whatever lies there; it only ever knows the other name.
package final class SocketFile: Sendable {
    /// What a socket is called in errors, and the flag that chooses another path.
    package struct Purpose: Sendable {
        let name: String
        let flag: String

        package static let admin = Purpose(name: "admin socket", flag: "--admin-socket")
        package static let metrics = Purpose(name: "metrics socket", flag: "metrics.listen")
        package static let mcp = Purpose(name: "MCP socket", flag: "--listen unix:PATH")
    }

    /// Who may open the socket; what they may do then is another question.
    package enum Access: Sendable, Equatable {
        /// Our own user, and this group if it exists and is ours to give: we are root, or it is what we run as.
        case group(String?)
        case everyone
    }

    package let path: String
    /// Where the listener has to bind.
    package let bindPath: String
    private let purpose: Purpose
    private let group: gid_t?
    private let mode: mode_t

    /// The most bytes that a path in `sockaddr_un` has.
    package static let longestPath = 107

    /// Nothing is touched yet.
    package init(path: String, access: Access, for purpose: Purpose) throws(SocketError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix("/"), let name = parts.last, !name.isEmpty, !path.utf8.contains(0) else {
            throw SocketError("invalid_argument", "the \(purpose.name) '\(path)' is not an absolute path of a file")
        }
        self.path = path
        self.purpose = purpose
        let directory = path.dropLast(name.count)
        bindPath = directory + "." + Random.bytes(3).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let longest = max(path.utf8.count, bindPath.utf8.count)
        guard longest <= Self.longestPath else {
            throw SocketError(
                "invalid_argument",
                "the \(purpose.name)'s path has \(longest) bytes, and \(Self.longestPath) is the most that works: \(path)",
                hint: "choose a shorter one with \(purpose.flag)")
        }
        switch access {
        case .group(let name):
            let wanted = name.flatMap(SystemGroup.id)
            group = geteuid() == 0 || wanted == getegid() ? wanted : nil
            mode = group == nil ? 0o600 : 0o660
        case .everyone:
            group = nil
            mode = 0o666
        }
    }

    /// Which file it is, apart from its name.
    package struct Mark: Equatable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    /// Makes the directory if it is missing, and takes away what a dead daemon left.
    ///
    /// Throws when somebody answers on the socket, or when something else than a socket lies there.
    package func prepare() throws(SocketError) {
        let directory = directory
        let directoryMode: mode_t = mode == 0o600 ? 0o700 : 0o755
        if mkdir(directory, directoryMode) == 0 {
            // The umask may have taken too much.
            _ = chmod(directory, directoryMode)
        } else if errno != EEXIST {
            throw failure("cannot create the directory \(directory) of the \(purpose.name)", errno)
        }
        var status = peta_file()
        let unusable = peta_file_status(directory, 1, &status)
        guard unusable == 0 else { throw failure("cannot use the directory \(directory)", unusable) }
        // Whoever may write there could put its own socket in the place of ours.
        guard status.mode & 0o002 == 0 || status.mode & mode_t(S_ISVTX) != 0 else {
            throw SocketError(
                "not_permitted", "everybody may write to \(directory), so the \(purpose.name) would not be safe there",
                hint: "chmod o-w \(directory)")
        }
        try takeAwayStale()
    }

    /// Gives the bound socket its mode and its name. Throws when somebody else took the name meanwhile.
    package func publish() throws(SocketError) -> Mark {
        defer { unlink(bindPath) }
        // A sandboxed service may not call chown at all, and does not need to: its files have its group.
        var status = peta_file()
        if let group, peta_file_status(bindPath, 0, &status) == 0, status.gid != group {
            guard chown(bindPath, uid_t.max, group) == 0 else { throw failure("cannot give the \(purpose.name) to its group", errno) }
        }
        guard chmod(bindPath, mode) == 0 else { throw failure("cannot set the mode of the \(purpose.name)", errno) }
        guard let mark = Self.mark(bindPath) else { throw failure("cannot find the \(purpose.name)", errno) }
        guard link(bindPath, path) == 0 else {
            let reason = errno
            throw reason == EEXIST ? inUse : failure("cannot create the \(purpose.name) \(path)", reason)
        }
        return mark
    }

    /// Removes the socket, unless another one lies there by now.
    package func remove(_ mark: Mark) {
        if Self.mark(path) == mark { unlink(path) }
    }

    private var directory: String {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        return cut == path.startIndex ? "/" : String(path[..<cut])
    }

    private static func mark(_ path: String) -> Mark? {
        var status = peta_file()
        guard peta_file_status(path, 0, &status) == 0 else { return nil }
        return Mark(device: status.device, inode: status.inode)
    }

    private func takeAwayStale() throws(SocketError) {
        var status = peta_file()
        let hidden = peta_file_status(path, 0, &status)
        guard hidden == 0 else {
            if hidden == ENOENT { return }
            throw failure("cannot look at \(path)", hidden)
        }
        guard status.mode & mode_t(S_IFMT) == mode_t(S_IFSOCK) else {
            throw SocketError("failed", "\(path) exists and is not a socket", hint: "choose another path with \(purpose.flag)")
        }
        switch connectError() {
        case nil: throw inUse
        case ECONNREFUSED:
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot remove the stale socket \(path)", errno) }
        case ENOENT: break
        // Its queue of connections is full: somebody is there.
        case EAGAIN: throw inUse
        case .some(let reason): throw failure("cannot tell whether \(path) is in use", reason)
        }
    }

    private var inUse: SocketError {
        SocketError("already_exists", "the \(purpose.name) \(path) is in use by a running gateway", hint: "peta status")
    }

    /// Nil when somebody answers.
    private func connectError() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? nil : errno
    }

    private func failure(_ what: String, _ reason: Int32) -> SocketError {
        let words = strerror(reason).map { String(cString: $0) } ?? "error \(reason)"
        return SocketError(reason == EACCES || reason == EPERM ? "not_permitted" : "failed", "\(what): \(words)")
    }
}
