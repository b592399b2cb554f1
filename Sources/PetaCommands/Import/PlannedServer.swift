import PetaAdminAPI

/// What somebody has to be asked before a server can be added.
struct ImportQuestion: Hashable {
    /// What it is called in the file: the same one is asked once.
    let name: String
    /// For the prompt.
    let words: String
    let standard: String?
}

/// A credential on its way into the vault.
struct PlannedSecret {
    enum Source: Equatable {
        case literal(String)
        case asked(ImportQuestion)
        /// It is in the vault already, put there by hand for this.
        case kept
    }

    /// Its name in the vault.
    var name: String
    /// Where it stood: `env GITHUB_TOKEN`.
    let place: String
    let why: String
    var source: Source
}

/// What is to become of one server of a client's file.
struct PlannedServer {
    /// A value in pieces: what stays, what comes from the vault, what has to be asked for.
    enum Piece: Equatable {
        case text(String)
        /// The number of one of `secrets`.
        case secret(Int)
        case question(ImportQuestion)
    }
    typealias Value = [Piece]

    enum Action: Equatable {
        case add
        case replace
        /// The gateway has it as it would be added.
        case present
        /// Nothing is to be done, and that is right.
        case skip(String)
        /// It should be imported and cannot be.
        case refuse(String)
    }

    let found: FoundServer
    var id: String
    var action = Action.add
    var command: Value = []
    var args: [Value] = []
    var env: [(name: String, value: Value)] = []
    var cwd: Value = []
    var url: Value = []
    var headers: [(name: String, value: Value)] = []
    var secrets: [PlannedSecret] = []
    var notes: [String] = []
    /// Credentials stay in the definition as they are.
    var keepsLiterals = false

    private var values: [Value] { [command, cwd, url] + args + env.map(\.value) + headers.map(\.value) }

    /// What has to be asked for and is no credential.
    var questions: [ImportQuestion] {
        values.flatMap { $0 }.compactMap {
            guard case .question(let question) = $0 else { return nil }
            return question
        }
    }

    /// What has to be asked for and is one.
    var secretQuestions: [ImportQuestion] {
        secrets.compactMap {
            guard case .asked(let question) = $0.source else { return nil }
            return question
        }
    }

    /// What it is reached by, for people: no credential in it.
    var target: String {
        guard found.kind == .stdio else { return shown(url) }
        guard !command.isEmpty else { return "" }
        return ([command] + args).map { Self.word(shown($0)) }.joined(separator: " ")
    }

    private static func word(_ text: String) -> String { text.isEmpty || text.contains(" ") ? ShellWord.quoted(text) : text }

    func shown(_ value: Value) -> String {
        value.reduce(into: "") { text, piece in
            switch piece {
            case .text(let words): text += words
            case .secret(let number): text += keepsLiterals ? ServerDetail.mask : "${secret:\(secrets[number].name)}"
            case .question(let question): text += "<\(question.name)>"
            }
        }
    }

    /// The definition, once every question has its answer.
    func spec(_ answers: [ImportQuestion: String]) -> ServerSpec {
        func plain(_ value: Value) -> String { text(value, answers, isTemplate: false) }
        func template(_ value: Value) -> String { text(value, answers, isTemplate: true) }
        let isStdio = found.kind == .stdio
        return ServerSpec(
            id: id, title: found.name == id ? nil : String(found.name.prefix(200)), kind: found.kind,
            command: isStdio ? plain(command) : nil, args: args.map(template),
            env: Dictionary(env.map { ($0.name, template($0.value)) }) { $1 },
            cwd: cwd.isEmpty ? nil : SettingsResolver.absolute(plain(cwd)), url: isStdio ? nil : template(url),
            headers: Dictionary(headers.map { ($0.name, template($0.value)) }) { $1 }, enabled: !found.isDisabled)
    }

    private func text(_ value: Value, _ answers: [ImportQuestion: String], isTemplate: Bool) -> String {
        value.reduce(into: "") { text, piece in
            switch piece {
            case .text(let words): text += isTemplate ? Self.escaped(words) : words
            case .secret(let number): text += keepsLiterals ? Self.escaped(literal(number, answers)) : "${secret:\(secrets[number].name)}"
            case .question(let question): text += isTemplate ? Self.escaped(answers[question] ?? "") : answers[question] ?? ""
            }
        }
    }

    /// The value of a credential; empty where it is in the vault already.
    func literal(_ number: Int, _ answers: [ImportQuestion: String]) -> String {
        switch secrets[number].source {
        case .literal(let value): value
        case .asked(let question): answers[question] ?? ""
        case .kept: ""
        }
    }

    /// `$${` stands for `${` in a definition, so one that is meant is written with one more.
    private static func escaped(_ text: String) -> String { text.replacing("$${", with: "$$${") }

    /// True where a definition that the gateway shows could be this one: it hides values that name no secret.
    func matches(_ other: ServerSpec) -> Bool {
        guard other.kind == found.kind, other.args.count == args.count, Set(other.env.keys) == Set(env.map(\.name)),
            Set(other.headers.keys) == Set(headers.map(\.name))
        else { return false }
        if !cwd.isEmpty, !Self.fits(cwd, other.cwd ?? "") { return false }
        if found.kind == .stdio, !Self.fits(command, other.command ?? "") { return false }
        if found.kind != .stdio, !Self.fits(url, other.url ?? "", isTemplate: true) { return false }
        return zip(args, other.args).allSatisfy { Self.fits($0, $1, isTemplate: true) }
            && (env + headers).allSatisfy { name, value in Self.fits(value, other.env[name] ?? other.headers[name] ?? "", isTemplate: true)
            }
    }

    /// The texts of a value stand in the other in their order; between them may be anything.
    private static func fits(_ value: Value, _ text: String, isTemplate: Bool = false) -> Bool {
        if text == ServerDetail.mask { return true }
        // Of a URL the query is hidden.
        let text = text.hasSuffix("?" + ServerDetail.mask) ? text.dropLast(ServerDetail.mask.count + 1) : text[...]
        let isCut = text.utf8.count != text.base.utf8.count
        var rest = text
        var isOpen = false
        for (number, piece) in value.enumerated() {
            guard case .text(var words) = piece else {
                isOpen = true
                continue
            }
            if isTemplate { words = escaped(words) }
            if isCut, let query = words.firstIndex(of: "?") { words = String(words[..<query]) }
            let isLast = number == value.count - 1
            if isOpen {
                guard
                    let place = isLast && !isCut
                        ? (rest.hasSuffix(words) ? rest.endIndex..<rest.endIndex : nil) : rest.firstRange(of: words)
                else { return words.isEmpty }
                rest = rest[place.upperBound...]
            } else {
                guard rest.hasPrefix(words) else { return false }
                rest = rest.dropFirst(words.count)
            }
            isOpen = false
            if isCut, words.utf8.count == 0 { break }
        }
        return isOpen || isCut || rest.isEmpty
    }
}
