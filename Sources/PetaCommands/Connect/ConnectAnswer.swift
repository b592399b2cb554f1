import Glibc
import PetaAdminAPI

/// What `peta connect` answers.
struct ConnectAnswer: Encodable {
    let client: String
    let name: String
    let via: String
    let file: String?
    private(set) var written = false
    /// The file says something new.
    private(set) var changed = false
    /// What stands under the name; nil once a token is in the file and need not be seen here too.
    private(set) var configuration: RawJSON?

    /// What belongs into the file, whole.
    let text: String
    /// For a client that is told by hand.
    let fields: [(name: String, value: String)]
    private(set) var remarks: [String] = []
    private(set) var outcome: String?
    private let hasToken: Bool
    /// The uppermost folder that the file needs and that was not there.
    private var missingFolder: String?

    /// What stands where a token is missing.
    static let placeholder = "YOUR_PETA_TOKEN"
    static let codexContainer = "mcp_servers"

    private enum CodingKeys: String, CodingKey { case client, name, via, file, written, changed, configuration }

    init(_ client: ConnectClient, _ name: String, _ route: ConnectRoute, _ path: String, hasToken: Bool) {
        let entry = client.entry(route)
        self.client = client.rawValue
        self.name = name
        file = path.isEmpty ? nil : path
        configuration = RawJSON(trusted: JSONWriter.write(entry))
        self.hasToken = hasToken
        if client == .codex {
            let table = "[\(Self.codexContainer).\(TOMLFileEdit.key(name))]"
            text = ([table] + Self.statements(entry)).map { $0 + "\n" }.joined()
        } else {
            let whole = JSONNode.object([JSONMember(client.container, .object([JSONMember(name, entry)]))])
            text = String(decoding: JSONWriter.write(whole, pretty: true), as: UTF8.self) + "\n"
        }
        switch route {
        case .http(let url, let token):
            via = "http"
            fields = [
                ("node", "MCP Client"), ("endpoint", url), ("transport", "HTTP Streamable"), ("authentication", "Bearer"), ("token", token),
                ("header", "Authorization: Bearer \(token)"),
            ]
            if !hasToken { remarks.append("note: put a token in the place of \(Self.placeholder); 'peta token create USER' makes one") }
        case .stdio(_, let arguments, _):
            via = "stdio"
            fields = []
            if !hasToken, arguments.contains("--socket") {
                remarks.append("note: the gateway has to know who uses it: 'peta user update USER --uid UID' (yours is \(getuid()))")
            }
        }
        if !path.isEmpty {
            missingFolder = AtomicFile.missingDirectory(for: path)
            let making = missingFolder.map { ", and --write makes the folder \($0) for it" } ?? ""
            remarks.insert("note: this belongs into \(path)\(making)", at: 0)
        }
    }

    /// The same after it was written.
    func written(isChanged: Bool) -> ConnectAnswer {
        var answer = self
        answer.written = true
        answer.changed = isChanged
        if hasToken { answer.configuration = nil }
        answer.outcome = "\(file ?? ""): " + (isChanged ? "'\(name)' written" : "has '\(name)' already")
        answer.remarks.removeAll { $0.hasPrefix("note: this belongs") }
        if isChanged, let missingFolder { answer.remarks.append("note: made the folder \(missingFolder)") }
        if hasToken { answer.remarks.append("note: the file holds a token; keep it out of version control") }
        return answer
    }

    /// The lines of a TOML table.
    static func statements(_ entry: JSONNode) -> [String] {
        guard case .object(let members) = entry else { return [] }
        return members.map { TOMLFileEdit.key($0.name) + " = " + TOMLFileEdit.value($0.value) }
    }
}
