import Foundation
import PetaAdminAPI
import PetaCommands
import Synchronization

/// A gateway that keeps the servers and secrets that it is given.
final class ImportGateway: Sendable {
    struct State: Sendable {
        var servers: [String: ServerSpec] = [:]
        var secrets: [String: String] = [:]
        /// Servers that cannot be added, and those that do not start.
        var refused: Set<String> = []
        var broken: Set<String> = []
    }

    let state: State.Box
    let fake: FakeGateway

    init(_ state: State = State()) throws {
        let box = State.Box(state)
        self.state = box
        fake = try FakeGateway { request in box.answer(request) }
    }

    var now: State { state.value.withLock { $0 } }
}

extension ImportGateway.State {
    final class Box: Sendable {
        let value: Mutex<ImportGateway.State>
        init(_ state: ImportGateway.State) { value = Mutex(state) }

        func answer(_ request: FakeGateway.Request) -> FakeGateway.Answer {
            value.withLock { state in
                let parts = request.target.split(separator: "?")[0].split(separator: "/").dropFirst().map(String.init)
                switch (request.method, parts.first, parts.count) {
                case ("GET", "status", _):
                    var status = Samples.status
                    status.listen.append("unix:/run/peta/mcp.sock")
                    return .json(Samples.json(status))
                case ("GET", "secrets", 1):
                    return .json(Samples.json(state.secrets.sorted { $0.key < $1.key }.map { state.secret($0.key) }))
                case ("PUT", "secrets", 2):
                    state.secrets[parts[1]] = request.text
                    return .json(Samples.json(state.secret(parts[1])))
                case ("DELETE", "secrets", 2):
                    state.secrets[parts[1]] = nil
                    return .raw("HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n")
                case ("GET", "servers", 1): return .json(Samples.json(state.servers.keys.sorted().map { state.entry($0) }))
                case ("GET", "servers", 2):
                    guard var spec = state.servers[parts[1]] else { return .error(404, "not_found", "no such server") }
                    spec.env = spec.env.mapValues { $0.contains("${secret:") ? $0 : ServerDetail.mask }
                    spec.headers = spec.headers.mapValues { $0.contains("${secret:") ? $0 : ServerDetail.mask }
                    return .json(
                        Samples.json(
                            ServerDetail(
                                entry: state.entry(spec.id), pid: nil, protocolVersion: nil, startedAt: nil, restarts: 0, refused: [],
                                stderrTail: [], definition: spec)))
                case ("POST", "servers", 1):
                    guard let spec = try? AdminJSON.decode(ServerSpec.self, from: request.body) else {
                        return .error(400, "invalid_argument", "no definition")
                    }
                    if state.refused.contains(spec.id) { return .error(400, "invalid_argument", "the gateway does not want it") }
                    state.servers[spec.id] = spec
                    return .json(Samples.json(state.entry(spec.id)))
                case ("PATCH", "servers", 2):
                    guard let patch = try? AdminJSON.decode(ServerPatch.self, from: request.body), var spec = state.servers[parts[1]] else {
                        return .error(400, "invalid_argument", "no definition")
                    }
                    spec.command = patch.command ?? spec.command
                    spec.args = patch.args ?? spec.args
                    for (name, value) in patch.env ?? [:] { spec.env[name] = value }
                    state.servers[spec.id] = spec
                    return .json(Samples.json(state.entry(spec.id)))
                case ("POST", "users", 3): return .json(Samples.json(Samples.token))
                default: return .error(404, "not_found", "nothing at \(request.line)")
                }
            }
        }
    }

    func entry(_ id: String) -> ServerEntry {
        let isBroken = broken.contains(id)
        let kind = servers[id]?.kind ?? .stdio
        return ServerEntry(
            id: id, title: nil, kind: kind, state: isBroken ? .error : .online, enabled: servers[id]?.enabled ?? true,
            tools: isBroken ? 0 : 3, resources: 0, prompts: 0, lastError: isBroken ? "command not found" : nil)
    }

    private func secret(_ name: String) -> SecretEntry {
        let users = servers.values.filter { spec in
            (spec.args + spec.env.values + spec.headers.values + [spec.url ?? ""]).contains { $0.contains("${secret:\(name)}") }
        }
        return SecretEntry(
            name: name, version: 1, bytes: secrets[name]?.utf8.count ?? 0, createdAt: Samples.time, updatedAt: Samples.time,
            usedBy: users.map(\.id).sorted())
    }
}
