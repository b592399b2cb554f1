internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaVault
internal import PetaWire

/// What administrators do with servers: maps the admin protocol's types onto the parts' operations.
struct ServerAdministration: ServerOperations {
    let servers: Servers
    let exposures: Exposures
    let gateway: Gateway
    let vault: Vault
    let identity: Identity
    let configuration: Configuration

    private var settings: ServeSettings { configuration.inForce }

    func servers() async throws -> [ServerEntry] {
        var entries: [ServerEntry] = []
        for id in await servers.ids() {
            if let report = await servers.report(id) { entries.append(await entry(report)) }
        }
        return entries
    }

    func server(_ id: String) async throws -> ServerDetail {
        let report = try await report(id, tail: 50)
        return ServerDetail(
            entry: await entry(report), pid: report.pid, protocolVersion: report.protocolVersion,
            startedAt: report.startedAt.map { Timestamp(milliseconds: Int64($0 * 1000)) }, restarts: report.restarts,
            failures: report.failures, dedicated: report.dedicated, asks: report.capabilities.asks,
            refused: Array(await gateway.listedTools(id).refused.prefix(Self.refusedLimit)),
            stderrTail: report.logTail.filter { $0.source == .stderr }.suffix(20).map(\.text), definition: Self.shown(report.definition),
            settings: try await capabilities(of: id).filter { !$0.exposed || $0.danger.map { $0 != DangerLevel.silent.rawValue } ?? false })
    }

    func serverExists(_ id: String) async throws -> Bool { await servers.report(id) != nil }

    func add(_ spec: ServerSpec) async throws -> ServerEntry {
        let definition = try definition(of: spec)
        // Settings of an id that nobody has are left over from a removal that was cut short.
        if await servers.report(spec.id) == nil { try await exposures.forget(spec.id) }
        try await servers.add(definition)
        // Started once, so that its tools are known. That it does not start is shown, not an error: the definition stands.
        if definition.enabled { try? await servers.start(definition.id) }
        return await entry(try await report(definition.id))
    }

    func update(_ id: String, _ patch: ServerPatch) async throws -> ServerEntry {
        try await servers.update(id) { definition in
            Self.apply(patch, to: &definition)
            try check(definition)
        }
        if try await report(id).definition.enabled { try? await servers.start(id) }
        return await entry(try await report(id))
    }

    func remove(_ id: String) async throws {
        try await servers.remove(id)
        // A server that is added later under this id must not inherit who might use this one.
        try await identity.revokeAll(server: id)
        try await exposures.forget(id)
    }

    func start(_ id: String) async throws -> ServerEntry {
        try await servers.start(id)
        return await entry(try await report(id))
    }

    func stop(_ id: String) async throws -> ServerEntry {
        try await servers.stop(id)
        return await entry(try await report(id))
    }

    func restart(_ id: String) async throws -> ServerEntry {
        try await servers.stop(id)
        return try await start(id)
    }

    func setEnabled(_ id: String, _ enabled: Bool) async throws -> ServerEntry {
        if try await report(id).definition.enabled != enabled { try await servers.update(id) { $0.enabled = enabled } }
        return await entry(try await report(id))
    }

    func tools(of id: String) async throws -> [ToolEntry] {
        let report = try await report(id)
        let integrity = try await servers.integrity(id)
        let findings = Dictionary(grouping: integrity.findings, by: \.tool)
        let states = Dictionary(integrity.items.map { ($0.name, $0.state.rawValue) }) { first, _ in first }
        let exposure = exposures.of(id)
        let listed = Dictionary(await gateway.listedTools(id).tools.map { ($0.name, $0.listed) }) { first, _ in first }
        return report.capabilities.tools.compactMap { tool in
            guard let name = tool["name"]?.string else { return nil }
            let suggestion = DangerSuggestion.of(tool["annotations"])
            return ToolEntry(
                name: Names.canonical(server: id, name: name), listedName: listed[name] ?? "", title: tool["title"]?.string,
                description: tool["description"]?.string, inputSchema: tool["inputSchema"].map { RawJSON(trusted: $0.bytes) },
                annotations: tool["annotations"].map { RawJSON(trusted: $0.bytes) }, state: states[name] ?? "accepted",
                findings: (findings[name] ?? []).map { Self.finding($0, id) }, danger: exposure.danger(of: name).rawValue,
                suggestedDanger: suggestion?.rawValue, exposed: !exposure.hidden.contains(CapabilityName(.tool, name)))
        }
    }

    func call(_ id: String, tool: String, arguments: [UInt8]?, as principal: Principal) async throws -> [UInt8] {
        _ = try await report(id)
        let bytes = arguments ?? Array("{}".utf8)
        let given: JSON
        do {
            given = try JSON.parse(bytes)
        } catch {
            throw AdminError(.invalidArgument, "the arguments cannot be read: \(error.message)", hint: #"for example '{"text":"hello"}'"#)
        }
        guard given.object != nil else { throw AdminError(.invalidArgument, "the arguments must be a JSON object") }
        let answer = try await gateway.testCall(server: id, tool: tool, arguments: bytes, principal: principal)
        guard let message = try? JSON.parse(answer, limits: JSONLimits(bytes: settings.limits.resultBytes + 4096, nodes: 8_000_000)) else {
            throw AdminError(.failed, "the answer cannot be read")
        }
        if let error = message["error"] {
            let text = error["message"]?.string ?? "the call failed"
            throw AdminError(error["code"]?.int == -32602 ? .notFound : .failed, text, hint: "peta server tools \(id)")
        }
        // Byte for byte as the server gave it: the tree is only for looking.
        guard let scan = try? answer.withUnsafeBytes({ try MessageScan($0) }), !scan.result.isEmpty else {
            throw AdminError(.failed, "the answer has no result")
        }
        return Array(answer[scan.result.lower..<scan.result.upper])
    }

    func logs(of id: String, last count: Int, follow: Bool) async throws -> AsyncStream<PetaAdminAPI.LogLine> {
        let lines = try await servers.logs(id, tail: count, follow: follow)
        return AsyncStream { continuation in
            let task = Task {
                for await line in lines {
                    continuation.yield(
                        PetaAdminAPI.LogLine(
                            time: Timestamp(milliseconds: Int64(line.time * 1000)),
                            stream: line.source == .gateway ? "peta" : line.source.rawValue,
                            line: line.text))
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func which(tool name: String) async throws -> ToolIdentity {
        guard let found = await gateway.which(name) else {
            throw AdminError(.notFound, "no tool is listed as '\(name)'", hint: "peta server tools SERVER")
        }
        return ToolIdentity(
            name: Names.canonical(server: found.server, name: found.tool), listedName: found.listed, server: found.server, tool: found.tool)
    }

    private func report(_ id: String, tail: Int = 0) async throws -> ServerReport {
        guard let report = await servers.report(id, tail: tail) else { throw ServerError.unknown(id) }
        return report
    }
}

extension ServerAdministration {
    private func definition(of spec: ServerSpec) throws -> ServerDefinition {
        guard Names.isServerID(spec.id) else {
            throw AdminError(
                .invalidArgument, "'\(spec.id)' is no server id", hint: "lower-case letters, digits and '-', a letter first, 63 at most")
        }
        var made = ServerDefinition(id: spec.id, kind: ServerDefinition.Kind(spec.kind))
        made.title = spec.title ?? spec.id
        made.command = spec.command ?? ""
        made.args = spec.args
        made.env = spec.env
        made.cwd = spec.cwd ?? ""
        made.url = spec.url ?? ""
        made.headers = spec.headers
        made.publicAccess = spec.publicAccess
        made.lazyStart = spec.lazyStart
        made.idleTimeoutSeconds = spec.idleTimeoutSeconds ?? settings.servers.idleSeconds
        made.callTimeoutSeconds = spec.callTimeoutSeconds ?? settings.calls.timeoutSeconds
        made.redactResults = spec.redactResults ?? settings.redactResults
        made.enabled = spec.enabled
        made.maxConcurrent = spec.maxConcurrent ?? Self.unlimited
        made.healthIntervalSeconds = spec.healthIntervalSeconds
        made.isolation = ServerDefinition.Isolation(spec.isolation)
        made.retry = ServerDefinition.Retry(spec.retry)
        made.mcpProtocol = Self.choice(spec.mcpProtocol)
        made.pin = PinMode.of(spec.pin)
        try check(made)
        return made
    }

    private static let unlimited = 65_536
    /// Definitions that are named as not listed.
    private static let refusedLimit = 200

    private func check(_ definition: ServerDefinition) throws {
        switch definition.kind {
        case .stdio:
            guard !definition.command.isEmpty else {
                throw AdminError(
                    .invalidArgument, "a stdio server needs a command", hint: "peta server add \(definition.id) -- COMMAND ARGS…")
            }
            guard definition.url.isEmpty, definition.headers.isEmpty else {
                throw AdminError(.invalidArgument, "a stdio server has neither a URL nor headers")
            }
        case .http, .sse:
            guard !definition.url.isEmpty else {
                throw AdminError(
                    .invalidArgument, "an HTTP server needs a URL",
                    hint: "peta server add \(definition.id) --\(definition.kind == .sse ? "sse" : "url") URL")
            }
            let authority = definition.url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
            guard !authority.contains("@") else {
                throw AdminError(
                    .invalidArgument, "a URL cannot hold user and password", hint: "--header 'Authorization=Basic ${secret:NAME}'")
            }
            guard definition.command.isEmpty, definition.args.isEmpty, definition.env.isEmpty else {
                throw AdminError(.invalidArgument, "an HTTP server has neither a command nor an environment")
            }
        }
        // A URL that is put together from secrets is known only when it is used.
        if definition.kind != .stdio, !definition.url.contains("${"), let problem = definition.httpProblem {
            throw AdminError(.invalidArgument, problem)
        }
        for text in [definition.command, definition.cwd] + definition.templates + Array(definition.env.keys) where text.utf8.contains(0) {
            throw AdminError(.invalidArgument, "a value of server '\(definition.id)' holds a NUL byte")
        }
        for name in definition.env.keys where name.isEmpty || name.contains("=") {
            throw AdminError(.invalidArgument, "'\(name)' is no name of an environment variable")
        }
        for number in [
            definition.idleTimeoutSeconds, definition.callTimeoutSeconds, definition.maxConcurrent, definition.healthIntervalSeconds,
        ] where number < 0 {
            throw AdminError(.invalidArgument, "times and limits cannot be negative")
        }
        guard definition.callTimeoutSeconds >= 1, definition.maxConcurrent >= 1 else {
            throw AdminError(.invalidArgument, "callTimeoutSeconds and maxConcurrent must be at least 1")
        }
        // What names a secret that is not there, or is malformed, could never start.
        for template in definition.templates where template.contains("${") { _ = try vault.expand(template) }
    }

    private static func apply(_ patch: ServerPatch, to definition: inout ServerDefinition) {
        if let title = patch.title { definition.title = title.isEmpty ? definition.id : title }
        if let command = patch.command { definition.command = command }
        if let args = patch.args { definition.args = args }
        for (name, value) in patch.env ?? [:] { definition.env[name] = value }
        if let cwd = patch.cwd { definition.cwd = cwd }
        if let url = patch.url { definition.url = url }
        for (name, value) in patch.headers ?? [:] { definition.headers[name] = value }
        if let value = patch.publicAccess { definition.publicAccess = value }
        if let value = patch.lazyStart { definition.lazyStart = value }
        if let value = patch.idleTimeoutSeconds { definition.idleTimeoutSeconds = value }
        if let value = patch.callTimeoutSeconds { definition.callTimeoutSeconds = value }
        if let value = patch.redactResults { definition.redactResults = value }
        if let value = patch.mcpProtocol { definition.mcpProtocol = choice(value) }
        if let value = patch.maxConcurrent { definition.maxConcurrent = value == 0 ? unlimited : value }
        if let value = patch.kind, value != .stdio, definition.kind != .stdio { definition.kind = ServerDefinition.Kind(value) }
        if let value = patch.healthIntervalSeconds { definition.healthIntervalSeconds = value }
        if let value = patch.isolation { definition.isolation = ServerDefinition.Isolation(value) }
        if let value = patch.pin { definition.pin = PinMode.of(value) }
        if let value = patch.retry { definition.retry = ServerDefinition.Retry(value) }
    }

    private static func choice(_ given: ServerProtocol) -> ServerDefinition.ProtocolChoice {
        switch given {
        case .auto: .auto
        case .legacy: .legacy
        case .modern: .modern
        }
    }

    private func entry(_ report: ServerReport) async -> ServerEntry {
        let integrity = try? await servers.integrity(report.definition.id)
        return ServerEntry(
            id: report.definition.id, title: report.definition.title, kind: ServerKind(report.definition.kind),
            state: PetaAdminAPI.ServerState(rawValue: report.state.rawValue) ?? .error, enabled: report.definition.enabled,
            tools: report.capabilities.tools.count, resources: report.capabilities.resources.count,
            prompts: report.capabilities.prompts.count,
            lastError: report.lastError, changed: integrity?.items.count ?? 0, findings: integrity?.findings.count ?? 0)
    }

    /// The definition as it may be seen: values that could be credentials are masked unless they name a secret.
    private static func shown(_ definition: ServerDefinition) -> ServerSpec {
        func masked(_ value: String) -> String { value.contains("${secret:") ? value : ServerDetail.mask }
        // A query is where keys hide in URLs.
        let url = definition.url.split(separator: "?", maxSplits: 1)
        let query = url.count == 2 ? "?" + masked(String(url[1])) : ""
        return ServerSpec(
            id: definition.id, title: definition.title, kind: ServerKind(definition.kind),
            command: definition.command.isEmpty ? nil : definition.command, args: definition.args, env: definition.env.mapValues(masked),
            cwd: definition.cwd.isEmpty ? nil : definition.cwd, url: definition.url.isEmpty ? nil : url[0] + query,
            headers: definition.headers.mapValues(masked), publicAccess: definition.publicAccess, lazyStart: definition.lazyStart,
            idleTimeoutSeconds: definition.idleTimeoutSeconds, callTimeoutSeconds: definition.callTimeoutSeconds,
            redactResults: definition.redactResults, enabled: definition.enabled,
            maxConcurrent: definition.maxConcurrent == unlimited ? nil : definition.maxConcurrent,
            healthIntervalSeconds: definition.healthIntervalSeconds, isolation: ServerIsolation(definition.isolation),
            retry: ServerRetry(definition.retry),
            mcpProtocol: ServerProtocol(rawValue: definition.mcpProtocol.rawValue) ?? .auto, pin: ServerPin(definition.pin))
    }
}
