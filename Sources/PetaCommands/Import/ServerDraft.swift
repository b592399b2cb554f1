import PetaAdminAPI

/// Takes the values of a server apart: what stays, what is a credential, what has to be asked for.
struct ServerDraft {
    private let found: FoundServer
    private let inputs: [String: ImportInput]
    private let variables: [String: String]
    private let wishes: ImportPlanner.Wishes
    private var secrets: [PlannedSecret] = []
    private var notes: [String] = []

    init(_ found: FoundServer, _ inputs: [String: ImportInput], variables: [String: String], wishes: ImportPlanner.Wishes) {
        self.found = found
        self.inputs = inputs
        self.variables = variables
        self.wishes = wishes
    }

    mutating func make(_ server: inout PlannedServer) {
        let id = server.id
        var headers = found.headers
        var url = found.url
        if found.kind != .stdio, let basic = Self.basic(&url) {
            if !headers.contains(where: { $0.name.lowercased() == "authorization" }) { headers.append(("Authorization", "Basic " + basic)) }
            notes.append("user and password of its URL become an Authorization header")
        }
        server.command = plain(found.command)
        server.cwd = plain(found.cwd)
        server.url = value(url, "url", place: "url", id) { text, _ in CredentialFinder.find(inURL: text) }
        server.headers = headers.map { header in
            (
                header.name,
                value(header.value, header.name, place: "header \(header.name)", id) { CredentialFinder.find(header: $1 ?? "", $0) }
            )
        }
        server.env = found.env.map { variable in
            (variable.name, value(variable.value, variable.name, place: "env \(variable.name)", id, CredentialFinder.find))
        }
        server.args = arguments(id)
        server.secrets = secrets
        server.notes += notes
    }

    // MARK: arguments

    private mutating func arguments(_ id: String) -> [PlannedServer.Value] {
        /// The option whose value comes next.
        var option: String?
        return found.args.enumerated().map { number, argument in
            let before = option
            option = nil
            if argument.hasPrefix("-"), !argument.contains("=") {
                // Not what looks like a number, or is `-`.
                if argument.contains(where: \.isLetter), !argument.contains(" "), !argument.contains("${") { option = argument }
                if before == nil || argument.hasPrefix("--") {
                    return value(argument, nil, place: "args", id, Self.nothing)
                }
            }
            let place = before.map { "args \($0)" } ?? "args[\(number + 1)]"
            if ["-H", "--header"].contains(before ?? ""), let colon = argument.firstIndex(of: ":") {
                let name = String(argument[..<colon])
                return value(argument, name, place: "\(place) \(name)", id) { text, name in
                    guard let colon = text.firstIndex(of: ":") else { return [] }
                    let rest = text[text.index(after: colon)...].drop { $0 == " " }
                    return CredentialFinder.find(header: name ?? "", String(rest)).map { Self.moved($0, String(rest), to: text) }
                }
            }
            // What ends in = is base64, not a name with a value.
            if let equals = argument.firstIndex(of: "="), argument[equals...].contains(where: { $0 != "=" }) || argument.hasPrefix("-"),
                !argument[..<equals].contains("/"), !argument[..<equals].contains(" ")
            {
                let name = String(argument[..<equals].drop { $0 == "-" })
                return value(argument, name, place: "args \(argument[..<equals])", id) { text, name in
                    guard let equals = text.firstIndex(of: "=") else { return [] }
                    let rest = String(text[text.index(after: equals)...])
                    return CredentialFinder.find(rest, name: name).map { Self.moved($0, rest, to: text) }
                }
            }
            let name = before.map { String($0.drop { $0 == "-" }) }
            return value(argument, name, place: place, id, fallback: "arg\(number + 1)", CredentialFinder.find)
        }
    }

    private static func nothing(_ text: String, _ name: String?) -> [CredentialFinder.Found] { [] }

    /// A place in the end of a text as a place in the whole.
    private static func moved(_ found: CredentialFinder.Found, _ end: String, to whole: String) -> CredentialFinder.Found {
        let offset = whole.utf8.count - end.utf8.count
        func index(_ place: String.Index) -> String.Index {
            whole.utf8.index(whole.startIndex, offsetBy: offset + end.utf8.distance(from: end.startIndex, to: place))
        }
        return CredentialFinder.Found(
            range: index(found.range.lowerBound)..<index(found.range.upperBound), why: found.why, label: found.label)
    }

    // MARK: values

    /// What a client puts in the place of its references.
    private enum Part {
        case text(String)
        /// It came out of a variable or an input that is called like a credential.
        case credential(String, why: String, label: String)
        case question(ImportQuestion, isSecret: Bool, label: String)
    }

    private mutating func parts(_ text: String, _ name: String?) -> [Part] {
        ImportReference.parts(text, bare: wishes.client?.expandsBareNames ?? false).map { part in
            switch part {
            case .text(let text): return .text(text)
            case .reference(let reference): return resolve(reference, name)
            }
        }
    }

    private mutating func resolve(_ reference: ImportReference, _ slot: String?) -> Part {
        let isNamed = slot.map(CredentialFinder.isCredentialName) ?? false
        switch reference {
        case .environment(let name, let standard):
            let isSecret = CredentialFinder.isCredentialName(name)
            if let value = wishes.values[name] { return .text(value) }
            if let value = variables[name] {
                notes.append("\(name) is taken from the environment of this command")
                return isSecret ? .credential(value, why: "it comes from \(name)", label: name) : .text(value)
            }
            if let standard { return .text(standard) }
            return .question(
                ImportQuestion(name: name, words: "environment variable \(name)", standard: nil), isSecret: isSecret || isNamed, label: name
            )
        case .input(let id):
            let input = inputs[id]
            if let value = wishes.values[id] { return .text(value) }
            return .question(
                ImportQuestion(name: id, words: input.map(\.words) ?? "input \(id)", standard: input?.standard),
                isSecret: input?.isSecret ?? true || isNamed || CredentialFinder.isCredentialName(id), label: id)
        case .client(let name):
            if let value = wishes.values[name] { return .text(value) }
            switch name {
            case "userHome": return .text(StandardPaths(variables: variables, isRoot: false).home)
            case "/", "pathSeparator": return .text("/")
            default:
                return .question(
                    ImportQuestion(name: name, words: "\(name), which only the client knows", standard: nil), isSecret: false, label: name)
            }
        }
    }

    /// A value in which no credential can stand.
    private mutating func plain(_ text: String) -> PlannedServer.Value {
        guard !text.isEmpty else { return [] }
        return parts(text, nil).map { part in
            switch part {
            case .text(let text), .credential(let text, _, _): .text(text)
            case .question(let question, _, _): .question(question)
            }
        }
    }

    private mutating func value(
        _ text: String, _ name: String?, place: String, _ id: String, fallback: String? = nil,
        _ find: (String, String?) -> [CredentialFinder.Found]
    ) -> PlannedServer.Value {
        let parts = parts(text, name)
        let called = name ?? fallback
        if parts.count == 1, case .text(let text) = parts[0] { return split(text, find(text, name), called, place, id) }
        var value: PlannedServer.Value = []
        for part in parts {
            switch part {
            case .text(let text): value += split(text, CredentialFinder.find(text, name: nil), called, place, id)
            case .credential(let text, let why, let label): value.append(secret(.literal(text), why, name ?? label, place, id))
            case .question(let question, false, _): value.append(.question(question))
            case .question(let question, true, let label):
                value.append(secret(.asked(question), "it is asked for", name ?? label, place, id))
            }
        }
        // What was put together may be one as a whole.
        if !value.contains(where: { if case .text = $0 { false } else { true } }) {
            let text = value.reduce(into: "") { if case .text(let words) = $1 { $0 += words } }
            return split(text, find(text, name), called, place, id)
        }
        return value
    }

    private mutating func split(
        _ text: String, _ found: [CredentialFinder.Found], _ name: String?, _ place: String, _ id: String
    ) -> PlannedServer.Value {
        var value: PlannedServer.Value = []
        var at = text.startIndex
        for one in found.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) where one.range.lowerBound >= at {
            if at < one.range.lowerBound { value.append(.text(String(text[at..<one.range.lowerBound]))) }
            value.append(secret(.literal(String(text[one.range])), one.why, one.label ?? name, place, id))
            at = one.range.upperBound
        }
        if at < text.endIndex || value.isEmpty { value.append(.text(String(text[at...]))) }
        return value
    }

    private mutating func secret(
        _ source: PlannedSecret.Source, _ why: String, _ label: String?, _ place: String, _ id: String
    ) -> PlannedServer.Piece {
        let suffix = String(
            (label ?? "").map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }.drop { $0 == "-" }.prefix(60))
        secrets.append(
            PlannedSecret(name: label == nil || suffix.isEmpty ? id : "\(id).\(suffix)", place: place, why: why, source: source))
        return .secret(secrets.count - 1)
    }

    // MARK: user and password

    /// Takes `user:password@` out of a URL, in base64 as an Authorization header has them; nil where there is none.
    private static func basic(_ url: inout String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@"), !authority.contains("${") else { return nil }
        let user = Array(String(authority[..<at]).utf8)
        url.removeSubrange(scheme.upperBound...at)
        return Base64.encode(percentDecoded(user.contains(UInt8(ascii: ":")) ? user : user + [UInt8(ascii: ":")]))
    }

    private static func percentDecoded(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
            {
                out.append(byte)
                at += 3
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return out
    }
}

/// Base64 (RFC 4648, section 4).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars)
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for step in 0..<4 {
                text.unicodeScalars.append(step <= group.count ? letters[Int(bits >> (18 - 6 * UInt32(step)) & 63)] : "=")
            }
        }
        return text
    }
}
