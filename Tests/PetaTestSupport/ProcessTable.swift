import Foundation

/// What /proc tells about a process and those below it.
package enum ProcessTable {
    /// One process.
    package struct Entry: Sendable, CustomStringConvertible {
        /// Its id.
        package let pid: Int32
        /// Its parent's id.
        package let parent: Int32
        /// Its name, as the kernel keeps it: at most 15 bytes.
        package let name: String
        /// `R`, `S`, `Z` and so on.
        package let state: Character

        /// For messages.
        package var description: String { "\(name)[\(pid), \(state)]" }
    }

    /// Every process below this one, zombies included, sorted by id.
    package static func descendants(of root: Int32) -> [Entry] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) }.compactMap(entry) ?? []
        var below: Set<Int32> = [root]
        var found: [Entry] = []
        var grew = true
        while grew {
            grew = false
            for entry in all where below.contains(entry.parent) && below.insert(entry.pid).inserted {
                found.append(entry)
                grew = true
            }
        }
        return found.sorted { $0.pid < $1.pid }
    }

    /// One process; nil when it is gone.
    package static func entry(_ pid: Int32) -> Entry? {
        // "pid (name) state parent …", and a name may hold blanks and parentheses.
        guard let text = read("/proc/\(pid)/stat"), let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
            return nil
        }
        let rest = text[text.index(after: close)...].split(separator: " ")
        guard rest.count > 1, let state = rest[0].first, let parent = Int32(rest[1]) else { return nil }
        return Entry(pid: pid, parent: parent, name: String(text[text.index(after: open)..<close]), state: state)
    }

    /// Resident memory in bytes; nil when the process is gone.
    package static func residentBytes(_ pid: Int32) -> Int? {
        status(pid, "VmRSS").map { $0 * 1024 }
    }

    /// Its threads; nil when the process is gone.
    package static func threads(_ pid: Int32) -> Int? { status(pid, "Threads") }

    /// What each open descriptor points at, for example `socket:[4711]`, by number; empty when the process is gone.
    package static func descriptors(_ pid: Int32) -> [Int: String] {
        var found: [Int: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? [] {
            guard let number = Int(name) else { continue }
            // Gone by now: it was not open for long, so it is no leak.
            found[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(name)")
        }
        return found
    }

    /// The environment it was started with; nil when the process is gone.
    package static func environment(_ pid: Int32) -> [String: String]? {
        guard let text = read("/proc/\(pid)/environ") else { return nil }
        var found: [String: String] = [:]
        for pair in text.split(separator: "\0") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            found[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return found
    }

    private static func status(_ pid: Int32, _ field: String) -> Int? {
        guard let line = read("/proc/\(pid)/status")?.split(separator: "\n").first(where: { $0.hasPrefix(field + ":") }) else { return nil }
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }

    private static func read(_ path: String) -> String? {
        // Files of /proc say that they are empty: read them to the end.
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return (try? handle.readToEnd()).map { String(decoding: $0, as: UTF8.self) }
    }
}
