import Glibc
package import PetaIdentity
import PetaSocket

/// Decides what a local process may do here, by its user id alone.
package struct PeerAuthority: Sendable {
    private let ownUID: UInt32
    private let isMember: @Sendable (UInt32) -> Bool

    /// The own user and root are owner, members of `group` are admin.
    package init(ownUID: UInt32 = geteuid(), group: String = "peta") {
        self.init(ownUID: ownUID) { SystemGroup.isMember(uid: $0, of: group) }
    }

    /// The same with another way to ask for membership.
    package init(ownUID: UInt32, isMember: @escaping @Sendable (UInt32) -> Bool) {
        self.ownUID = ownUID
        self.isMember = isMember
    }

    /// Nil: this user has no business here.
    package func role(of uid: UInt32) -> Role? {
        if uid == 0 || uid == ownUID { return .owner }
        return isMember(uid) ? .admin : nil
    }
}
