import Glibc
import PetaAdminAPI

/// Two connected ends of a stream inside this process. Writing to an end whose other one is closed is an error, never a signal.
struct SocketPair {
    let near: Int32
    let far: Int32

    init() throws(AdminError) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw AdminError(.tryAgain, "the system gives this command no more descriptors")
        }
        (near, far) = (ends[0], ends[1])
    }

    /// Writes everything, waiting where it has to; false when the other end is closed.
    static func send(_ bytes: [UInt8], to end: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all -> Int in
                let rest = UnsafeRawBufferPointer(rebasing: all[sent...])
                return Glibc.send(end, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// What is there, at least one byte; nil at the end.
    static func receive(_ end: Int32, most: Int = 65_536) -> ArraySlice<UInt8>? {
        var chunk = [UInt8](repeating: 0, count: most)
        while true {
            let count = recv(end, &chunk, chunk.count, 0)
            if count > 0 { return chunk[..<count] }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// Waits; false as soon as the other end is closed.
    static func wait(milliseconds: Int32, while end: Int32) -> Bool {
        var waiting = pollfd(fd: end, events: 0, revents: 0)
        let until = SteadyClock.milliseconds() + Int64(milliseconds)
        while true {
            let left = until - SteadyClock.milliseconds()
            guard left > 0 else { return true }
            if poll(&waiting, 1, Int32(clamping: left)) > 0 { return false }
        }
    }
}

/// The clock that only goes forward.
enum SteadyClock {
    static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
