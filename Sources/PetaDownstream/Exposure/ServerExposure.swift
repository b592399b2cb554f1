package import PetaWire

/// What the settings of one server say of the things that it offers: which are hidden from everyone, and how dangerous its tools are.
/// Immutable; two that say the same are equal.
package final class ServerExposure: Sendable, Equatable {
    /// Neither listed nor callable.
    package let hidden: Set<CapabilityName>
    /// Levels that were set; what is not here is `silent`.
    package let levels: [CapabilityName: DangerLevel]

    /// Everything is exposed, nothing is dangerous.
    package static let plain = ServerExposure(hidden: [], levels: [:])

    package init(hidden: Set<CapabilityName>, levels: [CapabilityName: DangerLevel]) {
        self.hidden = hidden
        self.levels = levels
    }

    package static func == (left: ServerExposure, right: ServerExposure) -> Bool {
        left === right || left.hidden == right.hidden && left.levels == right.levels
    }

    /// The level that was set for a tool, else `silent`.
    package func danger(of tool: String) -> DangerLevel {
        levels.isEmpty ? .silent : levels[CapabilityName(.tool, tool)] ?? .silent
    }
}
