package import PetaCrypto
package import PetaWire

/// What one principal may do at one server, where that is finer than all or nothing: made when a right changes, never for a call.
package final class ServerRights: Sendable {
    /// The whole server was given; true for an owner.
    package let hasGrant: Bool
    /// The whole server was denied.
    package let isDenied: Bool
    /// The user switched the whole server off.
    package let isOff: Bool
    /// The token reaches the whole server.
    package let isInToken: Bool
    package let granted: Set<CapabilityName>
    package let denied: Set<CapabilityName>
    package let off: Set<CapabilityName>
    /// What the token reaches besides whole servers.
    package let tokenTools: Set<CapabilityName>
    /// Levels that the user raised.
    package let raised: [CapabilityName: DangerLevel]
    /// Equal for all who see the same of the server, and for nobody else.
    package let fingerprint: SHA256Digest

    init(_ draft: Draft, hasGrant: Bool, isInToken: Bool, tokenTools: Set<CapabilityName>) {
        self.hasGrant = hasGrant
        self.isInToken = isInToken
        self.tokenTools = tokenTools
        isDenied = draft.isDenied
        isOff = draft.isOff
        granted = draft.granted
        denied = draft.denied
        off = draft.off
        raised = draft.raised
        var bytes: [UInt8] = [hasGrant ? 1 : 0, isInToken ? 1 : 0, isDenied ? 1 : 0, isOff ? 1 : 0]
        for set in [draft.granted, draft.denied, draft.off, tokenTools] {
            bytes.append(0xFF)
            for name in set.sorted() {
                bytes += Array(name.kind.rawValue.utf8) + [0xFE] + Array(name.name.utf8) + [0xFE]
            }
        }
        fingerprint = bytes.withUnsafeBytes { SHA256.hash($0) }
    }

    /// What is put together for one server before the token is known.
    struct Draft: Sendable {
        var isDenied = false
        var isOff = false
        var granted: Set<CapabilityName> = []
        var denied: Set<CapabilityName> = []
        var off: Set<CapabilityName> = []
        var raised: [CapabilityName: DangerLevel] = [:]
    }

    /// Why nothing of the server may be used; nil where something may.
    package func refusal(isPublic: Bool) -> RightRule? {
        if isDenied { return .denied }
        if !isPublic, !hasGrant, granted.isEmpty { return .noGrant }
        if isOff { return .preference }
        if !isInToken, tokenTools.isEmpty { return .token }
        return nil
    }

    /// Why one thing may not be used; nil where it may.
    ///
    /// A resource that is not listed by its own name also counts under templates: what is said against any in `wide` holds, and what
    /// is given by any in `narrow`.
    package func refusal(
        of name: CapabilityName, isPublic: Bool, wide: [CapabilityName] = [], narrow: [CapabilityName] = []
    ) -> RightRule? {
        if isDenied || Self.holds(denied, name, wide) { return .denied }
        if !isPublic, !hasGrant, !Self.holds(granted, name, narrow) { return .noGrant }
        if isOff || Self.holds(off, name, wide) { return .preference }
        if !isInToken, !Self.holds(tokenTools, name, narrow) { return .token }
        return nil
    }

    private static func holds(_ set: Set<CapabilityName>, _ name: CapabilityName, _ others: [CapabilityName]) -> Bool {
        !set.isEmpty && (set.contains(name) || others.contains { set.contains($0) })
    }
}
