import PetaAdminAPI

/// Makes a plan of what stands in clients' files: which servers, under which ids, and which of their values go into the vault.
///
/// It changes nothing and asks nothing; the plan says what has to be asked for.
struct ImportPlanner {
    struct Wishes {
        var prefix = ""
        var only: [String] = []
        var replaces = false
        /// Credentials stay in the definitions.
        var keepsLiterals = false
        /// What somebody said in place of a client, by name.
        var values: [String: String] = [:]
        var client: ImportClient?
    }

    let wishes: Wishes
    let variables: [String: String]
    /// Of the gateway.
    let servers: [ServerEntry]
    let secrets: [SecretEntry]
    /// The definition of a server of the gateway.
    let definition: (String) throws -> ServerSpec
    let own: OwnAddresses

    private var ids: Set<String> = []
    private var names: Set<String> = []

    init(
        wishes: Wishes, variables: [String: String], servers: [ServerEntry], secrets: [SecretEntry], own: OwnAddresses,
        definition: @escaping (String) throws -> ServerSpec
    ) {
        self.wishes = wishes
        self.variables = variables
        self.servers = servers
        self.secrets = secrets
        self.own = own
        self.definition = definition
    }

    mutating func plan(_ files: [ImportFile]) throws -> [PlannedServer] {
        var planned: [PlannedServer] = []
        for file in files {
            for found in file.servers { planned.append(try plan(found, file.inputs, planned)) }
        }
        if let unknown = wishes.only.first(where: { name in !planned.contains { $0.found.name == name || $0.id == name } }) {
            let known = planned.map(\.found.name)
            throw AdminError(
                .notFound, "no server '\(unknown)' was found\(Words.didYouMean(unknown, among: known))",
                hint: known.isEmpty ? nil : "Found: \(known.prefix(20).joined(separator: ", ")).")
        }
        return planned
    }

    private mutating func plan(
        _ found: FoundServer, _ inputs: [String: ImportInput], _ before: [PlannedServer]
    ) throws -> PlannedServer {
        let base = ServerID.from(wishes.prefix + found.name)
        var server = PlannedServer(found: found, id: base)
        server.notes = found.notes
        server.keepsLiterals = wishes.keepsLiterals
        if !wishes.only.isEmpty, !wishes.only.contains(found.name), !wishes.only.contains(base) {
            server.action = .skip("not asked for")
            return server
        }
        if let problem = found.problem {
            server.action = .refuse(problem)
            return server
        }
        if own.isOwn(found) {
            server.action = .skip("it is this gateway itself")
            return server
        }
        var draft = ServerDraft(found, inputs, variables: variables, wishes: wishes)
        draft.make(&server)
        if server.command.contains(where: { if case .text(let words) = $0 { Self.holdsCredential(words) } else { false } }) {
            server.command = []
            server.action = .refuse("a credential stands in its command, where Peta cannot replace it; in the file put it into args or env")
            return server
        }
        // The same one in two files, or for two projects, is one.
        if let twin = before.first(where: { $0.isSame(as: server) }) {
            server.id = twin.id
            server.action = .skip("the same as '\(twin.found.name)' of \(twin.found.place)")
            return server
        }
        server.id = unique(base)
        ids.insert(server.id)
        if let known = servers.first(where: { $0.id == server.id }) {
            if server.matches(try definition(known.id)) {
                server.action = .present
                return server
            }
            guard wishes.replaces else {
                server.action = .refuse(
                    "the gateway has another server '\(server.id)'; --replace gives it this definition, --prefix WORD- another id to this one"
                )
                return server
            }
            guard known.kind == .stdio && found.kind == .stdio || known.kind != .stdio && found.kind != .stdio else {
                server.action = .refuse("'\(server.id)' is of another kind; remove it first, or give --prefix WORD-")
                return server
            }
            server.action = .replace
        }
        name(&server)
        return server
    }

    private static func holdsCredential(_ command: String) -> Bool {
        command.split(separator: " ").contains { !CredentialFinder.find(String($0), name: nil).isEmpty }
    }

    /// Unique among what is imported now; servers of the gateway are another matter.
    private func unique(_ base: String) -> String {
        guard ids.contains(base) else { return base }
        return (2...).lazy.map { ServerID.from("\(base.prefix(58))-\($0)") }.first { !ids.contains($0) } ?? base
    }

    /// Gives its credentials names that nobody has, or that were put there for it.
    private mutating func name(_ server: inout PlannedServer) {
        guard !wishes.keepsLiterals else { return }
        for index in server.secrets.indices {
            let wanted = server.secrets[index].name
            var name = wanted
            var number = 1
            while true {
                let known = secrets.first { $0.name == name }
                if !names.contains(name) {
                    guard let known else { break }
                    let isOwn = server.action == .replace && known.usedBy == [server.id]
                    // Put there by hand, for a value that could not be asked for.
                    if case .asked = server.secrets[index].source, known.usedBy.isEmpty || isOwn {
                        server.secrets[index].source = .kept
                        break
                    }
                    if isOwn { break }
                    // Left over from an import that was cut short, by all that can be told without looking.
                    if case .literal(let value) = server.secrets[index].source, known.usedBy.isEmpty, known.bytes == value.utf8.count {
                        server.notes.append("the secret \(name) exists and is used by nobody; it gets this value")
                        break
                    }
                }
                number += 1
                name = "\(wanted.prefix(120))-\(number)"
            }
            names.insert(name)
            server.secrets[index].name = name
        }
    }
}

extension PlannedServer {
    /// The same server under the same name.
    fileprivate func isSame(as other: PlannedServer) -> Bool {
        guard found.name == other.found.name, action == .add || action == .replace || action == .present else { return false }
        return found.kind == other.found.kind && found.command == other.found.command && found.args == other.found.args
            && found.url == other.found.url && found.cwd == other.found.cwd && found.isDisabled == other.found.isDisabled
            && found.env.elementsEqual(other.found.env, by: ==) && found.headers.elementsEqual(other.found.headers, by: ==)
    }
}

/// Ids that Peta takes.
enum ServerID {
    /// The nearest id to a name: small letters, digits and hyphens, a letter first, 63 at most.
    static func from(_ name: String) -> String {
        var id = ""
        for byte in name.lowercased().utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                id.unicodeScalars.append(Unicode.Scalar(byte))
            default: if id.last != "-", !id.isEmpty { id += "-" }
            }
        }
        while id.last == "-" { id.removeLast() }
        if id.isEmpty { return "server" }
        if let first = id.first, !first.isLetter { id = "s-" + id }
        id = String(id.prefix(63))
        while id.last == "-" { id.removeLast() }
        return id
    }
}
