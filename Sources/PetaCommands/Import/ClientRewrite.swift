import Glibc
import PetaAdminAPI

/// Puts the gateway into clients' files, in the place of the servers that it has now.
struct ClientRewrite {
    private let session: Session
    private let client: ImportClient?
    private let name: String
    private let newToken: String?
    private let adminSocket: String?

    init(_ session: Session, _ client: ImportClient?, name: String, newToken: String?, _ adminSocket: String?) {
        self.session = session
        self.client = client
        self.name = name
        self.newToken = newToken
        self.adminSocket = adminSocket
    }

    /// What belongs into each file, which is left as it is. Over HTTP where the client can; without a token with a placeholder for one.
    func show(_ files: [ImportFile], _ results: [ImportAnswer.Server]) throws -> [ImportAnswer.Client] {
        let due = due(files, results)
        guard !due.isEmpty else { return [] }
        let target = try ConnectTarget(session, url: nil, socket: nil, adminSocket)
        let routes = try due.map { try route($0.0, target, token: ConnectAnswer.placeholder) }
        let token = try makeToken()
        return zip(due, routes).map { due, route in
            let (file, gone) = due
            let entry = entry(file, token.map { route.with(token: $0.token) } ?? route)
            let remark =
                token == nil
                ? "Put a token in the place of \(ConnectAnswer.placeholder); 'peta token create USER' makes one."
                : "This holds a token; keep it out of version control."
            return ImportAnswer.Client(
                file: file.path, written: false, backup: nil, removed: gone.map(\.name),
                configuration: RawJSON(trusted: JSONWriter.write(entry)), text: text(file, gone, entry), remark: remark)
        }
    }

    /// As it belongs into the file.
    private func text(_ file: ImportFile, _ gone: [ImportAnswer.Server], _ entry: JSONNode) -> String {
        if file.isTOML {
            let table = "[\(ConnectAnswer.codexContainer).\(TOMLFileEdit.key(name))]"
            return ([table] + ConnectAnswer.statements(entry)).map { $0 + "\n" }.joined()
        }
        let whole = (container(gone) + [name]).reversed().reduce(entry) { .object([JSONMember($1, $0)]) }
        return String(decoding: JSONWriter.write(whole, pretty: true), as: UTF8.self) + "\n"
    }

    /// Where the servers stood that are gone; what stands in a project of Claude Code moves to where it is for all of them.
    private func container(_ gone: [ImportAnswer.Server]) -> [String] {
        gone.map { Array($0.path.dropLast()) }.first { $0.first != "projects" } ?? ["mcpServers"]
    }

    private func due(_ files: [ImportFile], _ results: [ImportAnswer.Server]) -> [(ImportFile, [ImportAnswer.Server])] {
        files.compactMap { file in
            let gone = results.filter { $0.file == file.path && $0.isThere }
            return gone.isEmpty ? nil : (file, gone)
        }
    }

    private func makeToken() throws -> IssuedToken? {
        try newToken.map { user in
            try session.naming(.user(user)) {
                try session.client.createToken(user: user, NewTokenRequest(name: "import \(name)", expiresAt: nil, servers: nil))
            }
        }
    }

    func write(_ files: [ImportFile], _ results: [ImportAnswer.Server]) throws -> [ImportAnswer.Client] {
        let due = due(files, results)
        guard !due.isEmpty else { return [] }
        let target = try ConnectTarget(session, url: nil, socket: nil, adminSocket)
        // Tried before a token is made: nothing may go wrong once it is there.
        for (file, gone) in due {
            _ = try changed(file, gone, try route(file, target, token: newToken.map { _ in ConnectAnswer.placeholder }))
        }
        let token = try makeToken()
        var written: [ImportAnswer.Client] = []
        do {
            for (file, gone) in due {
                let new = try changed(file, gone, try route(file, target, token: token?.token))
                let backup = Self.backupPath(file.path)
                try AtomicFile.write(file.bytes, to: backup, replacing: nil, isSecret: true)
                try AtomicFile.write(new, to: file.path, replacing: file.bytes, isSecret: token != nil)
                written.append(
                    ImportAnswer.Client(
                        file: file.path, written: true, backup: backup, removed: gone.map(\.name), configuration: nil, text: "", remark: nil
                    ))
            }
        } catch {
            if let token, written.isEmpty { try? session.client.revokeToken(token.id) }
            throw error
        }
        return written
    }

    /// What the file's format is called by `peta connect`.
    private func format(_ file: ImportFile) -> ConnectClient {
        if file.isTOML { return .codex }
        if let known = client?.connect { return known }
        return file.servers.first?.path.first == "servers" || file.servers.first?.path.first == "mcp" ? .vscode : .cursor
    }

    private func route(_ file: ImportFile, _ target: ConnectTarget, token: String?) throws -> ConnectRoute {
        guard let token else { return try target.stdio(hasToken: false) }
        guard format(file).ways.contains(.http) else { return try target.stdio(hasToken: true).with(token: token) }
        return .http(url: try target.url(), token: token)
    }

    private func changed(_ file: ImportFile, _ gone: [ImportAnswer.Server], _ route: ConnectRoute) throws -> [UInt8] {
        do throws(EditProblem) {
            let entry = entry(file, route)
            if file.isTOML {
                let rest = try TOMLFileEdit.removing(gone.map(\.name), ConnectAnswer.codexContainer, in: file.bytes)
                return try TOMLFileEdit.set(ConnectAnswer.statements(entry), ConnectAnswer.codexContainer, name, in: rest) ?? rest
            }
            var edit = try ClientFileEdit(file.bytes)
            for server in gone { try edit.remove(server.path) }
            try edit.set(entry, container(gone) + [name])
            return try edit.checked()
        } catch {
            throw AdminError(
                .invalidArgument, "\(file.path) \(error.words); it was not changed, and the servers are in the gateway",
                hint: "Change it by hand: 'peta connect \(format(file).rawValue)' prints what belongs there.")
        }
    }

    /// What stands under the gateway's name.
    private func entry(_ file: ImportFile, _ route: ConnectRoute) -> JSONNode {
        let entry = format(file).entry(route)
        // These two call a URL by another name.
        switch client {
        case .windsurf: return Self.renamed(entry, "serverUrl")
        case .gemini: return Self.renamed(entry, "httpUrl")
        default: return entry
        }
    }

    private static func renamed(_ entry: JSONNode, _ name: String) -> JSONNode {
        guard case .object(let members) = entry else { return entry }
        return .object(members.map { $0.name == "url" ? JSONMember(name, $0.value) : $0 })
    }

    /// A name that nobody has.
    private static func backupPath(_ path: String) -> String {
        let first = path + ".before-peta"
        if access(first, F_OK) != 0 { return first }
        return (2...).lazy.map { "\(first)-\($0)" }.first { access($0, F_OK) != 0 } ?? first
    }
}
