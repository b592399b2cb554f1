import Glibc

/// Keeps a thread off the processor when others want it: after it had to wait for one it stays away for twice that time.
///
/// A low priority alone does not: what the thread makes others do, as sending its pieces on, has theirs.
package struct Courtesy {
    /// Where Linux tells a thread how long it ran and how long it waited to, in nanoseconds. Without it there is no pause.
    private static let source = "/proc/thread-self/schedstat"
    /// The longest pause, in nanoseconds.
    package static let limit: Int64 = 20_000_000

    private var waited = Self.waited()

    /// Stays away for as long as is due since the last time.
    mutating func pause() {
        var due = timespec(tv_sec: 0, tv_nsec: Int(Self.pause(after: Self.waited() - waited)))
        // A signal may end it early: it is a courtesy.
        if due.tv_nsec > 0 { nanosleep(&due, nil) }
        // Waking up has to wait too, which calls for no pause of its own.
        waited = Self.waited()
    }

    /// The pause that a wait calls for.
    package static func pause(after waited: Int64) -> Int64 { min(max(0, waited), limit / 2) * 2 }

    private static func waited() -> Int64 {
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? parse(bytes[..<count]) : 0
    }

    /// The second of three numbers; 0 where it is none.
    package static func parse(_ bytes: some Collection<UInt8>) -> Int64 {
        let fields = bytes.split(separator: UInt8(ascii: " "))
        return fields.count >= 2 ? Int64(String(decoding: fields[1], as: UTF8.self)) ?? 0 : 0
    }
}
