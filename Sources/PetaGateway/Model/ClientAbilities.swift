package import PetaWire

/// What a client says that it can be asked (MCP reference, sections 4.1 and 5.1), as far as the revision that it speaks has it.
package struct ClientAbilities: Sendable {
    /// The things that servers ask.
    package struct Set: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let form = Set(rawValue: 1)
        package static let url = Set(rawValue: 2)
        package static let sampling = Set(rawValue: 4)
        package static let samplingTools = Set(rawValue: 8)
        package static let samplingContext = Set(rawValue: 16)
        package static let roots = Set(rawValue: 32)
        /// The extension for tasks of the modern era.
        package static let tasks = Set(rawValue: 64)
    }

    package let set: Set
    /// What a server is told of it: `roots`, `sampling`, `elicitation` and nothing else.
    package let announced: JSON
    /// The same as bytes.
    package let announcedBytes: [UInt8]
    /// The same for a server of the modern era that has tasks: with the extension, if the client has it.
    let announcedWithTasks: [UInt8]

    /// Nothing can be asked.
    package static let none = ClientAbilities(.object([]), hasElicitation: false, hasURL: false, isModern: false)

    /// A client of the legacy era.
    package init(_ capabilities: JSON, revision: ProtocolRevision) {
        self.init(
            capabilities, hasElicitation: revision != .march2025, hasURL: revision == .november2025, isModern: false)
    }

    /// A client of the modern era.
    package init(modern capabilities: JSON) { self.init(capabilities, hasElicitation: true, hasURL: true, isModern: true) }

    private init(_ capabilities: JSON, hasElicitation: Bool, hasURL: Bool, isModern: Bool) {
        var set: Set = []
        var told: [(String, JSON)] = []
        if capabilities["roots"]?.object != nil {
            set.insert(.roots)
            let announces = !isModern && capabilities["roots"]?["listChanged"]?.bool == true
            told.append(("roots", announces ? ["listChanged": true] : [:]))
        }
        if let sampling = capabilities["sampling"], sampling.object != nil {
            set.insert(.sampling)
            var shown: JSON = [:]
            if sampling["tools"]?.object != nil {
                set.insert(.samplingTools)
                shown.set(key: "tools", value: [:])
            }
            if sampling["context"]?.object != nil {
                set.insert(.samplingContext)
                shown.set(key: "context", value: [:])
            }
            told.append(("sampling", shown))
        }
        if hasElicitation, let elicitation = capabilities["elicitation"], let modes = elicitation.object {
            // An empty object means forms.
            let hasForm = modes.isEmpty || elicitation["form"]?.object != nil || elicitation["url"]?.object == nil
            let opensURLs = hasURL && elicitation["url"]?.object != nil
            if hasForm { set.insert(.form) }
            if opensURLs { set.insert(.url) }
            var shown: JSON = [:]
            if hasForm { shown.set(key: "form", value: [:]) }
            if opensURLs { shown.set(key: "url", value: [:]) }
            if hasForm || opensURLs { told.append(("elicitation", shown)) }
        }
        if isModern, capabilities["extensions"]?[PetaWire.Envelope.tasksExtension]?.object != nil { set.insert(.tasks) }
        self.set = set
        announced = .members(told)
        announcedBytes = announced.bytes
        var withTasks = announced
        if set.contains(.tasks) { withTasks.set(key: "extensions", value: [PetaWire.Envelope.tasksExtension: [:]]) }
        announcedWithTasks = withTasks.bytes
    }

    /// True if servers can ask anything of it.
    package var canBeAsked: Bool { !set.isDisjoint(with: [.form, .url, .sampling, .roots]) }
}
