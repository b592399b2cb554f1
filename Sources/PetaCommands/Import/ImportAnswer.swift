import PetaAdminAPI

/// What `peta server import` answers. No credential is in it.
struct ImportAnswer: Encodable {
    struct Secret: Encodable {
        let name: String
        /// Where it stood in the file.
        let place: String
        let why: String
    }

    /// What became of one server, or would become of it.
    struct Server: Encodable {
        /// What the client calls it.
        let name: String
        let id: String
        let file: String
        let kind: ServerKind
        let target: String
        private(set) var action: String
        private(set) var reason: String?
        let secrets: [Secret]
        let notes: [String]
        private(set) var state: ServerState?
        private(set) var tools: Int?
        /// Where it stands in the file.
        let path: [String]
        private(set) var entry: ServerEntry?

        private enum CodingKeys: String, CodingKey { case name, id, file, kind, target, action, reason, secrets, notes, state, tools }

        init(_ planned: PlannedServer) {
            name = planned.found.name
            id = planned.id
            file = planned.found.file
            path = planned.found.path
            kind = planned.found.kind
            target = planned.found.problem == nil ? planned.target : ""
            secrets = planned.keepsLiterals ? [] : planned.secrets.map { Secret(name: $0.name, place: $0.place, why: $0.why) }
            notes = planned.notes
            switch planned.action {
            case .add: action = "add"
            case .replace: action = "replace"
            case .present: action = "present"
            case .skip(let words): (action, reason) = ("skip", words)
            case .refuse(let words): (action, reason) = ("refuse", words)
            }
        }

        mutating func done(_ entry: ServerEntry) {
            action = action == "replace" ? "replaced" : "added"
            self.entry = entry
            state = entry.state
            tools = entry.tools
            reason = entry.state == .error ? entry.lastError ?? "it does not start" : nil
        }

        mutating func fail(_ words: String) {
            action = "failed"
            reason = words
        }

        var isBad: Bool { ["refuse", "failed"].contains(action) || state == .error }
        /// The gateway has it now and it starts there, so the client need not have it.
        var isThere: Bool {
            if state == .error { return false }
            return ["add", "replace", "added", "replaced", "present"].contains(action)
                || action == "skip" && reason?.hasPrefix("the same as") == true
        }
    }

    /// A file of a client that was changed, or what belongs into it.
    struct Client: Encodable {
        let file: String
        let written: Bool
        /// Where the old file is kept.
        let backup: String?
        /// Servers in whose place the gateway stands.
        let removed: [String]
        /// What stands under the gateway's name, where it was not written.
        let configuration: RawJSON?
        /// The same as it belongs into the file.
        let text: String
        let remark: String?

        private enum CodingKeys: String, CodingKey { case file, written, backup, removed, configuration }
    }

    let files: [String]
    let dryRun: Bool
    let servers: [Server]
    var clients: [Client] = []

    init(files: [String], isTrial: Bool, _ servers: [Server]) {
        self.files = files
        dryRun = isTrial
        self.servers = servers
    }
}
