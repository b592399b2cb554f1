package import PetaWire

/// Where accepted definitions are kept. They go with their server.
package protocol PinStore: Sendable {
    /// What was accepted of each server, without the definitions.
    func all() async throws -> [String: StoredPins]
    /// The accepted definitions of these tools; one that was too large to keep is left out.
    func definitions(_ server: String, _ names: [String]) async throws -> [String: [UInt8]]
    /// Keeps these as accepted and forgets those, in one step: all of it holds, or what held before.
    func accept(_ server: String, _ pins: [AcceptedTool], gone: [String], at time: Int64) async throws
    /// Keeps that these changes have been told.
    func told(_ server: String, _ digests: [String: String]) async throws
}

/// What was accepted of a server.
package struct StoredPins: Sendable {
    package var accepted: [String: ToolPin] = [:]
    /// The last change of each tool that was told, so that each is told once.
    package var told: [String: String] = [:]

    package init() {}
}

/// A definition that is accepted.
package struct AcceptedTool: Sendable {
    package let pin: ToolPin
    /// As it is compared; nil where it is larger than is kept.
    package let definition: [UInt8]?

    /// Definitions above this many bytes are known by their digest alone.
    package static let definitionLimit = 256 << 10

    package init(pin: ToolPin, definition: JSON) {
        let form = ToolPin.form(definition)
        self.pin = pin
        self.definition = form.count <= Self.definitionLimit ? form : nil
    }
}
