/// A process on this machine, as the kernel names it.
package struct LocalPeer: Sendable, Equatable {
    package let uid: UInt32
    package let pid: Int32

    /// Taken from SO_PEERCRED, not from what the peer says.
    package init(uid: UInt32, pid: Int32) {
        self.uid = uid
        self.pid = pid
    }
}
