/// What a process held at one moment, to be compared later: descriptors by kind, and the processes below it.
package struct LeakCheck: Sendable {
    private let pid: Int32
    private let descriptors: [Int: String]
    private let children: Set<Int32>

    /// Remembers the state of now.
    package init(of pid: Int32) {
        self.pid = pid
        descriptors = ProcessTable.descriptors(pid)
        children = Set(ProcessTable.descendants(of: pid).map(\.pid))
    }

    /// Waits until no descriptor and no child is left that was not there before. `slack` descriptors may stay, for
    /// caches with a known bound.
    package func expectNothingLeft(slack: Int = 0, within seconds: Double = patience) throws {
        var added: [String] = []
        var processes: [ProcessTable.Entry] = []
        do {
            try eventually("nothing is left behind", within: seconds) {
                let open = ProcessTable.descriptors(pid)
                guard !open.isEmpty else { throw TestFailure("process \(pid) is gone") }
                added = open.filter { descriptors[$0.key] != $0.value }.map { "\($0.key) -> \($0.value)" }.sorted()
                processes = ProcessTable.descendants(of: pid).filter { !children.contains($0.pid) }
                return open.count <= descriptors.count + slack && processes.isEmpty
            }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure); new descriptors: \(added); new processes: \(processes)")
        }
    }
}
