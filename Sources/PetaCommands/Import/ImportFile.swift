import Glibc
import PetaAdminAPI

/// A client's file with the servers that stand in it.
struct ImportFile {
    /// Claude Code keeps whole conversations in its file.
    static let largest = 32 << 20
    static let mostServers = 500

    let path: String
    let bytes: [UInt8]
    let isTOML: Bool
    let servers: [FoundServer]
    /// Values that the client asks for, by id.
    let inputs: [String: ImportInput]

    /// Reads a file. Throws an `AdminError` that names line and column where it is malformed.
    init(path: String) throws(AdminError) {
        let bytes: [UInt8]
        do throws(FileProblem) {
            bytes = try TextFile.read(path, limit: Self.largest)
        } catch {
            guard error.number == EFBIG else {
                let known = error.adminError
                throw AdminError(known.code, known.message, hint: "Name the client's file, or have it found with --from CLIENT.")
            }
            throw AdminError(
                .invalidArgument, "\(path): larger than \(Self.largest >> 20) MiB",
                hint: "Put the servers alone into a file and import that.")
        }
        try self.init(path: path, bytes: bytes)
    }

    init(path: String, bytes: [UInt8]) throws(AdminError) {
        self.path = path
        self.bytes = bytes
        isTOML = path.hasSuffix(".toml")
        let root = isTOML ? try TOMLReader.read(bytes, path: path) : try LooseJSON.read(bytes, path: path)
        guard case .object = root else {
            throw AdminError(
                .invalidArgument, "\(path): expected an object with mcpServers or servers, found \(root.kind)",
                hint: "Such as { \"mcpServers\": { \"files\": { \"command\": \"npx\", \"args\": [] } } }.")
        }
        var found: [FoundServer] = []
        let places = ImportPlaces(bytes, isTOML: isTOML, path: path)
        for container in Self.containers(root) {
            guard case .object(let members) = container.node else {
                throw AdminError(
                    .invalidArgument,
                    "\(places.of(container.path)): \(container.path.joined(separator: ".")): expected an object, found \(container.node.kind)",
                    hint: "Servers stand in it by their names.")
            }
            let counts = Dictionary(grouping: members, by: \.name).mapValues(\.count)
            for member in members {
                var server = FoundServer(name: member.name, path: container.path + [member.name], file: path)
                if counts[member.name] ?? 0 > 1 {
                    server.problem = "\(places.of(server.path)): stands in the file twice"
                } else {
                    server = ServerReader.read(member.value, server)
                    server.problem = server.problem.map { "\(places.of(server.path)): \($0)" }
                }
                found.append(server)
            }
        }
        guard found.count <= Self.mostServers else {
            throw AdminError(
                .invalidArgument, "\(path): \(found.count) servers, which is more than \(Self.mostServers)",
                hint: "Divide the file.")
        }
        servers = found
        inputs = Self.inputs(root)
    }

    /// The objects that hold servers, each with the members that lead to it.
    private static func containers(_ root: JSONNode) -> [(path: [String], node: JSONNode)] {
        var found: [(path: [String], node: JSONNode)] = []
        for name in ["mcpServers", "servers", "mcp_servers"] {
            if let node = root[name], node != .null { found.append(([name], node)) }
        }
        // In VS Code's settings.json.
        if let node = root["mcp"]?["servers"], node != .null { found.append((["mcp", "servers"], node)) }
        if case .object(let projects)? = root["projects"] {
            for project in projects {
                if let node = project.value["mcpServers"], node != .null {
                    found.append((["projects", project.name, "mcpServers"], node))
                }
            }
        }
        return found
    }

    private static func inputs(_ root: JSONNode) -> [String: ImportInput] {
        let all = (root["inputs"]?.elements ?? []) + (root["mcp"]?["inputs"]?.elements ?? [])
        let inputs = all.prefix(mostServers).compactMap { node -> (String, ImportInput)? in
            guard let id = node["id"]?.stringValue, !id.isEmpty else { return nil }
            return (
                id,
                ImportInput(
                    id: id, words: node["description"]?.stringValue ?? id, isSecret: node["password"]?.boolValue ?? false,
                    standard: node["default"]?.stringValue)
            )
        }
        return Dictionary(inputs) { $1 }
    }
}
