package import PetaWire

/// What a user said for itself: it can only narrow or raise.
package struct Preference: Hashable, Sendable {
    package let server: String
    /// Nil: the whole server.
    package let target: CapabilityName?
    package let isOff: Bool
    /// At least so much care is taken with the tool; nil: what the server's setting says.
    package let danger: DangerLevel?

    package init(server: String, target: CapabilityName?, isOff: Bool, danger: DangerLevel? = nil) {
        self.server = server
        self.target = target
        self.isOff = isOff
        self.danger = danger
    }

    /// It says nothing, so nothing is kept of it.
    var isEmpty: Bool { !isOff && danger == nil }
}
