package import PetaWire

/// What an administrator said of one server, or of one thing that it offers, for one user.
package struct UserRight: Hashable, Sendable {
    package let server: String
    /// Nil: the whole server.
    package let target: CapabilityName?
    /// False: denied, which wins over everything that allows.
    package let isAllowed: Bool

    package init(server: String, target: CapabilityName?, isAllowed: Bool) {
        self.server = server
        self.target = target
        self.isAllowed = isAllowed
    }
}
