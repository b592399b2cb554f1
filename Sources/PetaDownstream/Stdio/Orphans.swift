internal import Foundation

/// Processes that servers of an earlier run started and that outlived it.
///
/// The kernel ends a server when its gateway dies in whatever way, but not the server's own children. Those see the end of their input;
/// whoever ignores that is found here, by a variable of its environment, before the next run starts its servers.
package enum Orphans {
    /// The variable of the environment that tells whose server a process belongs to.
    package static let variable = "PETA_INSTANCE"

    /// Ends them: SIGTERM, and SIGKILL for what is still there a second later. Blocks meanwhile, but only where there are some.
    ///
    /// Only call it while no server runs. A process that leads a group of its own, or is in a session that its server began, left it on
    /// purpose and is left alone; so is whoever started this process.
    /// - Parameter instance: the value that the variable had.
    /// - Returns: the ids of what was ended.
    @discardableResult
    package static func end(of instance: String) -> [Int32] {
        let found = find(instance)
        guard !found.isEmpty else { return [] }
        for process in found { kill(process, SIGTERM) }
        for _ in 0..<100 {
            if find(instance).isEmpty { break }
            usleep(10_000)
        }
        // Asked for anew: an id may be somebody else's by now.
        for process in find(instance) { kill(process, SIGKILL) }
        return found
    }

    private static func find(_ instance: String) -> [Int32] {
        let marker = Array("\(variable)=\(instance)".utf8)
        let spared = ancestors()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let group = getpgid(process)
            // Servers begin groups, not sessions: a group that is a session as well is a daemon's.
            guard group > 0, group != process, getsid(process) != group, !spared.contains(process), isGone(group) else { return false }
            return environment(of: process).contains(marker)
        }
    }

    /// This process, its parent, and so on.
    private static func ancestors() -> Set<Int32> {
        var found: Set<Int32> = []
        var process = getpid()
        while process > 1, found.insert(process).inserted {
            let fields = String(decoding: read("/proc/\(process)/stat"), as: UTF8.self).split(separator: ")").last?.split(separator: " ")
            process = fields.flatMap { $0.count > 1 ? Int32($0[1]) : nil } ?? 0
        }
        return found
    }

    /// A zombie is gone as well: its id is only not free yet.
    private static func isGone(_ process: Int32) -> Bool {
        guard kill(process, 0) == 0 || errno == EPERM else { return true }
        let status = String(decoding: read("/proc/\(process)/stat"), as: UTF8.self)
        return status.split(separator: ")").last?.first { $0 != " " } == "Z"
    }

    private static func environment(of process: Int32) -> [[UInt8]] {
        read("/proc/\(process)/environ").split(separator: 0).map(Array.init)
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        return (try? file.read(upToCount: 1 << 20)).map { [UInt8]($0) } ?? []
    }
}
