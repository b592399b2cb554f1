import PetaAdminAPI

/// Reads one server of a client's file. What cannot be read is told in the server's `problem`, never guessed.
struct ServerReader {
    static let mostItems = 1000
    static let longestText = 64 << 10

    let node: JSONNode
    private(set) var server: FoundServer

    static func read(_ node: JSONNode, _ server: FoundServer) -> FoundServer {
        var reader = ServerReader(node: node, server: server)
        do throws(Unusable) {
            try reader.read()
        } catch {
            reader.server.problem = error.words
        }
        return reader.server
    }

    private init(node: JSONNode, server: FoundServer) {
        self.node = node
        self.server = server
    }

    private struct Unusable: Error {
        let words: String
    }

    private mutating func read() throws(Unusable) {
        guard case .object(let members) = node else { throw Unusable(words: "expected an object, found \(node.kind)") }
        if let twice = Dictionary(grouping: members, by: \.name).first(where: { $1.count > 1 })?.key {
            throw Unusable(words: "'\(twice)' stands there twice")
        }
        server.isDisabled = node["disabled"]?.boolValue == true || node["enabled"]?.boolValue == false
        let type = (try text("type", "transport"))?.lowercased()
        let address = try text("url", "serverUrl", "httpUrl")
        if let address {
            guard node["command"] == nil else { throw Unusable(words: "has both a command and a URL") }
            server.url = address
            server.kind = try endpointKind(type, address)
            server.headers = try pairs("headers") + pairs("http_headers")
            if let variable = try text("bearer_token_env_var") { server.headers.append(("Authorization", "Bearer ${env:\(variable)}")) }
            for (name, variable) in try pairs("env_http_headers") { server.headers.append((name, "${env:\(variable)}")) }
            if !(try pairs("env")).isEmpty { server.notes.append("its env is left out: a URL has no environment") }
        } else {
            try readCommand(type)
        }
        for (key, words) in Self.passedOver where node[key] != nil && node[key] != .null && node[key] != .array([]) {
            server.notes.append(words)
        }
    }

    private static let passedOver = [
        ("disabledTools", "disabledTools is left out; 'peta server tool set ID TOOL --off' does the same"),
        ("excludeTools", "excludeTools is left out; 'peta server tool set ID TOOL --off' does the same"),
        ("includeTools", "includeTools is left out; grants and 'peta server tool set' do the same"),
        ("oauth", "its OAuth settings are left out"), ("auth", "its auth settings are left out"),
    ]

    private mutating func readCommand(_ type: String?) throws(Unusable) {
        if let type, type != "stdio" { throw Unusable(words: "is of type '\(Escaped.line(String(type.prefix(40))))' and has no url") }
        if let words = node["command"]?.elements {
            let all = try texts(words, "command")
            guard let first = all.first else { throw Unusable(words: "command: expected a text, found an empty array") }
            server.command = first
            server.args = Array(all.dropFirst())
        } else {
            guard let command = try text("command"), !command.isEmpty else { throw Unusable(words: "has neither a command nor a url") }
            server.command = command
        }
        if let args = node["args"], args != .null {
            guard let elements = args.elements else { throw Unusable(words: "args: expected an array, found \(args.kind)") }
            server.args += try texts(elements, "args")
        }
        server.env = try pairs("env") + pairs("environment")
        server.cwd = try text("cwd", "workingDirectory") ?? ""
        if let file = try text("envFile") { try readEnvironment(file) }
    }

    private mutating func readEnvironment(_ path: String) throws(Unusable) {
        guard !path.contains("${") else {
            throw Unusable(words: "takes its environment from \(path), which only the client finds")
        }
        let bytes: [UInt8]
        do throws(FileProblem) {
            bytes = try TextFile.read(SettingsResolver.absolute(path), limit: 1 << 20)
        } catch {
            throw Unusable(words: "takes its environment from \(error.adminError.message)")
        }
        // What the file of the client itself says goes before it.
        let own = Set(server.env.map(\.name))
        server.env += EnvironmentFile.read(bytes).filter { !own.contains($0.name) }
        server.notes.append("its environment also comes from \(path)")
    }

    private func endpointKind(_ type: String?, _ address: String) throws(Unusable) -> ServerKind {
        switch type {
        case "http", "streamable-http", "streamablehttp", "streamable_http": return .http
        case "sse": return .sse
        case nil:
            if node["httpUrl"] != nil { return .http }
            let path = address.prefix { $0 != "?" && $0 != "#" }
            return path.hasSuffix("/sse") || path.hasSuffix("/sse/") ? .sse : .http
        case .some(let other): throw Unusable(words: "is of type '\(Escaped.line(String(other.prefix(40))))', which Peta does not speak")
        }
    }

    /// The first of these that is there.
    private func text(_ keys: String...) throws(Unusable) -> String? {
        for key in keys {
            guard let value = node[key], value != .null else { continue }
            guard let text = value.stringValue else { throw Unusable(words: "\(key): expected a text, found \(value.kind)") }
            return try bounded(text, key)
        }
        return nil
    }

    private func bounded(_ text: String, _ key: String) throws(Unusable) -> String {
        guard text.utf8.count <= Self.longestText else { throw Unusable(words: "\(key): longer than 64 KiB") }
        guard !text.utf8.contains(0) else { throw Unusable(words: "\(key): holds a NUL character") }
        return text
    }

    /// Clients write numbers and truth values as they are.
    private func scalar(_ value: JSONNode, _ key: String) throws(Unusable) -> String {
        switch value {
        case .string(let text): return try bounded(text, key)
        case .number(let literal): return literal
        case .bool(let flag): return flag ? "true" : "false"
        default: throw Unusable(words: "\(key): expected a text, found \(value.kind)")
        }
    }

    private func texts(_ elements: [JSONNode], _ key: String) throws(Unusable) -> [String] {
        guard elements.count <= Self.mostItems else { throw Unusable(words: "\(key): more than \(Self.mostItems) elements") }
        var texts: [String] = []
        for element in elements { texts.append(try scalar(element, key)) }
        return texts
    }

    private func pairs(_ key: String) throws(Unusable) -> [(name: String, value: String)] {
        guard let value = node[key], value != .null else { return [] }
        guard case .object(let members) = value else { throw Unusable(words: "\(key): expected an object, found \(value.kind)") }
        guard members.count <= Self.mostItems else { throw Unusable(words: "\(key): more than \(Self.mostItems) members") }
        var pairs: [(name: String, value: String)] = []
        var seen: Set<String> = []
        // A variable that is null is one that is not set.
        for member in members where member.value != .null {
            guard seen.insert(member.name).inserted else { throw Unusable(words: "\(key): '\(member.name)' stands there twice") }
            guard !member.name.isEmpty, !member.name.utf8.contains(0), !member.name.contains("=") else {
                throw Unusable(words: "\(key): '\(member.name)' is no name")
            }
            pairs.append((member.name, try scalar(member.value, "\(key).\(member.name)")))
        }
        return pairs
    }
}
