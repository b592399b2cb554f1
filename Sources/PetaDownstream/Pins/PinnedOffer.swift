internal import PetaCrypto
internal import PetaWire

/// What a server offers, held against what was accepted of it. Made once for each list that is read, never for a call.
struct PinnedOffer: Sendable {
    /// What may be listed and called: everything, or in strict mode what was accepted.
    var capabilities = Capabilities()
    /// What may not, as `name: reason`.
    var withheld: [String] = []
    /// What awaits an administrator.
    var standing = PinStanding.clean
    /// What its texts look suspicious for: those of its tools, its prompts and resources, and what it says of itself.
    var findings: [ToolFinding] = []
    /// The same by the digest of the definition that they are about: what did not change is not looked through again.
    private var screened: [String: [ToolFinding]] = [:]

    /// Nothing is offered yet.
    init() {}

    /// - Parameters:
    ///   - accepted: what was accepted, by name; nil where nothing ever was.
    ///   - before: what was made of the list before this one.
    init(_ offered: Capabilities, accepted: [String: ToolPin]?, mode: PinMode, before: PinnedOffer?) {
        capabilities = offered
        // A server that was never asked has nothing that could have changed.
        guard offered.wasRead else { return }
        let pins = ToolPin.all(offered.tools)
        screen(offered, pins, before?.screened ?? [:])
        guard mode != .off else { return }
        standing = PinStanding(accepted: accepted ?? [:], offered: pins)
        guard mode == .strict else { return }
        capabilities.tools = offered.tools.filter { tool in
            guard let name = tool["name"]?.string, let item = standing[name] else { return true }
            let verb = item.state == .new ? "it is new" : "it has changed"
            let line = "\(name): \(verb) and awaits acceptance"
            if withheld.last != line { withheld.append(line) }
            return false
        }
    }

    /// Each definition once, the first of a name; all of a server in bounds.
    private mutating func screen(_ offered: Capabilities, _ pins: [ToolPin], _ known: [String: [ToolFinding]]) {
        let digests = Dictionary(pins.map { ($0.name, $0.digest.hex) }) { first, _ in first }
        var seen: Set<String> = []
        var budget = ToolScreen.bytesPerServer
        for tool in offered.tools {
            guard let name = tool["name"]?.string, let digest = digests[name], seen.insert(name).inserted else { continue }
            let found = known[digest] ?? ToolScreen.findings(tool, name: name, budget: &budget)
            screened[digest] = found
            findings += found
        }
        findings += LookAlikes.findings(pins.map(\.name))
        // Named so that none is taken for a tool's.
        let others: [([JSON], member: String, String)] = [
            (offered.prompts, "name", "prompt"), (offered.resources, "uri", "resource"), (offered.templates, "uriTemplate", "resource"),
        ]
        for (definitions, member, what) in others {
            for definition in definitions {
                guard let name = definition[member]?.string else { continue }
                let digest = "\(what) \(SHA256.hash(definition.bytes).hex)"
                let found = known[digest] ?? ToolScreen.findings(definition, name: "(\(what)) \(name)", budget: &budget)
                screened[digest] = found
                findings += found
            }
        }
        if let instructions = offered.instructions { findings += ToolScreen.findings(instructions: instructions, budget: &budget) }
        if findings.count > ToolScreen.findingsPerServer { findings.removeSubrange(ToolScreen.findingsPerServer...) }
    }
}

extension Capabilities {
    /// True if its lists have ever been read.
    var wasRead: Bool { era != nil || !tools.isEmpty }
}
