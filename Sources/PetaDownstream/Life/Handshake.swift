package import PetaWire

/// How a connection begins (MCP, lifecycle; 2026-07-28, server/discover), and the lists that follow.
package struct Handshake {
    /// What the server said of itself, to `initialize` or to `server/discover`.
    package struct Outcome: Sendable {
        /// The era and the revision that are spoken.
        package var era: Era
        /// What it has.
        package var capabilities: JSON
        /// How to use it.
        package var instructions: String?
        /// `name version` of it.
        package var software: String?
        /// Its HTTP session.
        package var session: String?

        /// The revision.
        var version: String { era.revision }
    }

    /// Newest first.
    static let versions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    /// Definitions that are kept of one server.
    static let definitionLimit = 20_000
    /// Pages that are read of one list.
    static let pageLimit = 2_000

    let software: String
    let request: @Sendable (_ method: String, _ params: JSON?) async throws -> JSON

    /// - Parameter capabilities: what the server may ask for.
    static func initializeParams(software: String, capabilities: JSON) -> JSON {
        [
            "protocolVersion": .string(versions[0]), "capabilities": capabilities,
            "clientInfo": ["name": "peta", "title": "Peta", "version": .string(software)],
        ]
    }

    static func outcome(_ result: JSON, session: String?) throws -> Outcome {
        guard let version = result["protocolVersion"]?.string, let capabilities = result["capabilities"], capabilities.object != nil else {
            throw DownstreamFailure.badAnswer("the answer to initialize has no protocolVersion or no capabilities")
        }
        guard versions.contains(version) else {
            throw DownstreamFailure.badAnswer("the server wants protocol revision \(version.prefix(32)), which Peta does not speak")
        }
        return Outcome(
            era: .legacy(version), capabilities: capabilities,
            instructions: result["instructions"]?.string.map { String($0.prefix(16_384)) },
            software: software(result["serverInfo"]), session: session)
    }

    fileprivate static func software(_ info: JSON?) -> String {
        String("\(info?["name"]?.string ?? "") \(info?["version"]?.string ?? "")".prefix(200))
    }

    /// Asks for everything the server says that it has. `hints` are the `ttlMs` of the lists, the smallest of what belongs together.
    func capabilities(_ outcome: Outcome) async throws -> (found: Capabilities, hints: [String: Int]) {
        var hints: [String: Int] = [:]
        var found = Capabilities()
        found.instructions = outcome.instructions
        found.software = outcome.software
        found.era = outcome.era
        found.completions = outcome.capabilities["completions"] != nil
        found.logging = outcome.capabilities["logging"] != nil
        found.noteTasks(outcome.capabilities)
        if outcome.capabilities["tools"] != nil { (found.tools, hints["tools"]) = try await all("tools/list", "tools") }
        if outcome.capabilities["prompts"] != nil { (found.prompts, hints["prompts"]) = try await all("prompts/list", "prompts") }
        if outcome.capabilities["resources"] != nil {
            (found.resources, hints["resources"]) = try await all("resources/list", "resources")
            // Many servers have resources and know no templates.
            if let (templates, hint) = try? await all("resources/templates/list", "resourceTemplates") {
                found.templates = templates
                hints["resources"] = min(hints["resources"] ?? hint, hint)
            }
        }
        return (found, outcome.era.isModern ? hints : [:])
    }

    private func all(_ method: String, _ member: String) async throws -> (items: [JSON], hint: Int) {
        var items: [JSON] = []
        var hint = Int.max
        var cursor: JSON?
        var seen: Set<String> = []
        var pages = 0
        repeat {
            pages += 1
            guard pages <= Self.pageLimit else { throw DownstreamFailure.badAnswer("\(method) gives more than \(Self.pageLimit) pages") }
            let result = try await request(method, cursor.map { ["cursor": $0] })
            guard let page = result[member]?.array else { throw DownstreamFailure.badAnswer("the answer to \(method) has no \(member)") }
            items += page
            hint = min(hint, max(0, result["ttlMs"]?.int ?? 0))
            guard items.count <= Self.definitionLimit else {
                throw DownstreamFailure.badAnswer("\(method) gives more than \(Self.definitionLimit) entries")
            }
            cursor = result["nextCursor"].flatMap { $0.isNull ? nil : $0 }
            guard cursor == nil || cursor?.string != nil else {
                throw DownstreamFailure.badAnswer("\(method) gives a cursor that is no string")
            }
            if let text = cursor?.string, !seen.insert(text).inserted {
                throw DownstreamFailure.badAnswer("\(method) gives one cursor twice")
            }
        } while cursor != nil
        return (items, hint)
    }
}

extension Handshake.Outcome {
    /// What a `DiscoverResult` says; nil where it is none.
    init?(discovered result: JSON) {
        guard let capabilities = result["capabilities"], capabilities.object != nil,
            ["complete", nil].contains(result["resultType"]?.string)
        else { return nil }
        era = .modern(Envelope.revision)
        self.capabilities = capabilities
        instructions = result["instructions"]?.string.map { String($0.prefix(16_384)) }
        software = Handshake.software(result["_meta"]?[Envelope.serverInfo])
    }
}
