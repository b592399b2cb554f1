import PetaAdminAPI

/// Carries a plan out over the admin protocol. A server that cannot be added leaves no secret behind, and the next one is gone on with.
struct ServerImporter {
    private let session: Session
    private let mayAsk: Bool

    init(_ session: Session, mayAsk: Bool) {
        self.session = session
        self.mayAsk = mayAsk
    }

    /// `isTrial`: nothing will be done, so it is no harm when the gateway cannot be asked.
    func plan(_ files: [ImportFile], _ wishes: ImportPlanner.Wishes, isTrial: Bool) throws -> [PlannedServer] {
        let context = CommandContext.current
        var known: ([ServerEntry], [SecretEntry], [String]) = ([], [], [])
        do throws(AdminError) {
            known = (try session.client.servers(), try session.client.secrets(), try session.client.status().listen)
        } catch {
            guard isTrial, error.code == .unavailable else { throw error }
            session.console.note("note: the gateway cannot be asked what it has already: \(Escaped.line(error.message))")
        }
        var planner = ImportPlanner(
            wishes: wishes, variables: context.variables, servers: known.0, secrets: known.1,
            own: OwnAddresses(listening: known.2, executable: context.executable),
            definition: { try session.client.server($0).definition })
        var planned = try planner.plan(files)
        if !mayAsk { for index in planned.indices { Self.refuseQuestions(&planned[index]) } }
        return planned
    }

    /// Nobody is there to answer.
    private static func refuseQuestions(_ server: inout PlannedServer) {
        guard server.isDue else { return }
        if let question = server.questions.first(where: { $0.standard == nil }) {
            server.action = .refuse(
                "needs a value for \(question.name): give --value \(ShellWord.quoted(question.name))=…, or run this at a terminal")
        } else if let secret = server.secrets.first(where: { if case .asked = $0.source { true } else { false } }),
            case .asked(let question) = secret.source
        {
            server.action = .refuse(
                server.keepsLiterals
                    ? "needs a value for \(question.name): run this at a terminal"
                    : "needs a value for \(question.name): run this at a terminal, or 'peta secret set \(secret.name)' before")
        }
    }

    /// Asks for everything that is missing, each thing once. A server whose question has no answer is left out. Nothing is changed yet.
    func ask(_ planned: inout [PlannedServer]) throws -> [ImportQuestion: String] {
        var answers: [ImportQuestion: String] = [:]
        for index in planned.indices where planned[index].isDue {
            for question in planned[index].questions where answers[question] == nil {
                answers[question] = try mayAsk ? plain(question) : question.standard ?? ""
            }
            for question in planned[index].secretQuestions where answers[question] == nil {
                let typed = try SecretInput.prompt(
                    "\(Escaped.line(planned[index].id)): \(Escaped.line(question.words)) (not shown): ", console: session.console)
                guard let text = String(validating: typed, as: UTF8.self) else {
                    throw AdminError(.invalidArgument, "the value is not UTF-8")
                }
                answers[question] = text
            }
            if let open = (planned[index].questions + planned[index].secretQuestions).first(where: { answers[$0]?.isEmpty ?? true }) {
                planned[index].action = .refuse("no value was given for \(open.name)")
            }
        }
        return answers
    }

    private func plain(_ question: ImportQuestion) throws -> String {
        let standard = question.standard.map { " [\($0)]" } ?? ""
        _ = Console.write(Array((Escaped.line(question.words + standard) + ": ").utf8), to: session.console.errors)
        let typed = try session.console.readLine()
        return typed.isEmpty ? question.standard ?? "" : typed
    }

    func carryOut(_ server: PlannedServer, _ answers: [ImportQuestion: String]) -> ImportAnswer.Server {
        var result = ImportAnswer.Server(server)
        guard server.isDue else { return result }
        var made: [String] = []
        do {
            if !server.keepsLiterals {
                for (number, secret) in server.secrets.enumerated() where secret.source != .kept {
                    _ = try session.client.setSecret(secret.name, value: Array(server.literal(number, answers).utf8))
                    made.append(secret.name)
                }
            }
            let spec = server.spec(answers)
            let entry: ServerEntry
            if server.action == .replace {
                entry = try session.client.updateServer(server.id, try patch(spec))
            } else {
                entry = try session.client.addServer(spec)
            }
            result.done(entry)
        } catch {
            // What was there before has its new value; what was made for nothing goes.
            if server.action == .add { for name in made { try? session.client.removeSecret(name, force: false) } }
            result.fail((error as? AdminError)?.message ?? "\(error)")
        }
        return result
    }

    /// Everything of the definition, and what it does not have any more.
    private func patch(_ spec: ServerSpec) throws -> ServerPatch {
        let old = try session.client.server(spec.id).definition
        var patch = ServerPatch()
        patch.title = spec.title ?? ""
        if spec.kind == .stdio {
            patch.command = spec.command
            patch.args = spec.args
            patch.env = Self.replacing(old.env, spec.env)
            patch.cwd = spec.cwd ?? ""
        } else {
            patch.kind = spec.kind
            patch.url = spec.url
            patch.headers = Self.replacing(old.headers, spec.headers)
        }
        return patch
    }

    private static func replacing(_ old: [String: String], _ new: [String: String]) -> [String: String?] {
        var changes: [String: String?] = new.mapValues { $0 }
        for name in old.keys where new[name] == nil { changes.updateValue(nil, forKey: name) }
        return changes
    }
}

extension PlannedServer {
    /// Something is to be done about it.
    var isDue: Bool { action == .add || action == .replace }
}
