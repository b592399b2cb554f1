internal import Foundation
internal import PetaAdminAPI
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire

/// Calls that are judged and not made.
extension PolicyAdministration {
    func test(_ question: PolicyQuestion) async throws -> PolicyAnswer {
        let snapshot = identity.snapshot
        guard let user = snapshot.users[question.user] else {
            throw AdminError(.notFound, "there is no user '\(question.user.prefix(80))'", hint: "peta user list")
        }
        guard let report = await servers.report(question.server) else { throw ServerError.unknown(question.server) }
        let arguments = try Self.parsed(question.arguments)
        var caller = PolicyCaller(
            user: user.id, userName: user.name, role: user.role.rawValue, labels: user.labels, workspace: user.workspace,
            time: question.time.map { $0.milliseconds.flooredSeconds } ?? Int64(Date().timeIntervalSince1970))
        caller.clientName = question.client
        if let address = question.address {
            guard let known = IPAddress(address) else { throw AdminError(.invalidArgument, "address: '\(address.prefix(80))' is none") }
            caller.address = known.description
        }
        // Before rights, so that a text that is wrong is told in any case.
        let compiled = try compiled(question)
        var notes: [String] = []
        if !report.definition.enabled { notes.append("server '\(question.server)' is disabled, so nothing of it is there at present") }
        let found = Self.offered(question, report.capabilities)
        if found == nil {
            notes.append("server '\(question.server)' is not known to offer \(question.kind.rawValue) '\(question.name.prefix(200))'")
        }
        if let refusal = await refusal(user, question, report, snapshot, at: question.time?.date ?? Date()) {
            return PolicyAnswer(decision: PolicyRule.Decision.deny.rawValue, rule: refusal.rule, reason: refusal.reason, notes: notes)
        }
        let target = PolicyTarget(
            server: question.server, kind: PolicyTarget.Kind(question.kind), name: question.name,
            annotations: question.kind == .tool ? found?["annotations"] : nil)
        let answer = Self.answer(compiled.explain(target, caller) { () throws(PolicyUnreadable) in arguments }, notes)
        guard question.kind == .tool, answer.decision == PolicyRule.Decision.allow.rawValue, let person = snapshot.person(user.id),
            Gateway.danger(of: person, server: question.server, exposure: exposures.of(question.server), tool: question.name) == .approval
        else { return answer }
        return Self.raised(answer)
    }

    /// As in a call: what policy allows may still be too dangerous to run unseen.
    private static func raised(_ answer: PolicyAnswer) -> PolicyAnswer {
        var raised = answer
        raised.decision = PolicyRule.Decision.requireApproval.rawValue
        (raised.rule, raised.version, raised.reason) = (DangerLevel.rule, nil, DangerLevel.reason)
        raised.notes.append("policy alone allows it (\(answer.rule ?? "no rule decides"))")
        return raised
    }

    /// What is in force, or would be.
    private func compiled(_ question: PolicyQuestion) throws -> CompiledPolicy {
        guard let text = question.text else { return policies.compiled }
        return try policies.preview(try checked(Array(text.utf8), inForce: false), name: question.set)
    }

    /// What the gateway would read, or why it would not.
    private static func parsed(_ raw: RawJSON?) throws -> JSON? {
        guard let raw else { return nil }
        do throws(JSONError) {
            return try JSON.parse(raw.bytes)
        } catch {
            throw AdminError(.invalidArgument, "the arguments cannot be read: \(error.message)")
        }
    }

    /// The server's own definition of what is asked for.
    private static func offered(_ question: PolicyQuestion, _ capabilities: Capabilities) -> JSON? {
        switch question.kind {
        case .tool: capabilities.tools.first { $0["name"]?.string == question.name }
        case .prompt: capabilities.prompts.first { $0["name"]?.string == question.name }
        case .resource: capabilities.resources.first { $0["uri"]?.string == question.name }
        }
    }

    /// The right that is missing. Policy is asked only about what rights allow.
    private func refusal(
        _ user: User, _ question: PolicyQuestion, _ report: ServerReport, _ snapshot: IdentitySnapshot, at time: Date
    ) async -> (rule: String, reason: String)? {
        if user.state == .disabled { return ("disabled", "user '\(user.id)' is disabled") }
        if user.isExpired(at: time) { return ("expired", "user '\(user.id)' has expired") }
        guard let person = snapshot.person(user.id) else { return nil }
        let found = await gateway.refusal(
            of: person, server: question.server, isPublic: report.definition.publicAccess, exposure: exposures.of(question.server),
            CapabilityKind(question.kind), question.name)
        return found.map { ($0.rule, $0.why) }
    }

    // MARK: answers

    private static let stepLimit = 1_000
    private static let valueLimit = 200

    private static func answer(_ explanation: PolicyExplanation, _ notes: [String]) -> PolicyAnswer {
        let verdict = explanation.verdict
        let decider = explanation.steps.firstIndex { $0.isMatch }
        var told = Array(explanation.steps.enumerated().prefix(stepLimit))
        if let decider, decider >= stepLimit { told[stepLimit - 1] = (decider, explanation.steps[decider]) }
        let left = explanation.steps.count - told.count
        return PolicyAnswer(
            decision: verdict.decision.rawValue, rule: verdict.rule, version: verdict.version, reason: verdict.reason,
            failure: verdict.failure, notes: left > 0 ? notes + ["\(left) more rules are not shown"] : notes,
            evaluated: told.map { index, step in
                let isLate = decider.map { index > $0 } ?? false
                return PolicyAnswer.Step(
                    rule: step.rule, decision: step.decision.rawValue, matched: step.isMatch,
                    skipped: step.skipped ?? (isLate ? "another rule decided before" : nil),
                    conditions: step.skipped == nil ? step.conditions.map(condition) : [])
            })
    }

    private static func condition(_ condition: PolicyExplanation.Condition) -> PolicyAnswer.Condition {
        PolicyAnswer.Condition(
            left: condition.left, op: condition.operation, right: condition.right, held: condition.held,
            value: condition.value.map { $0.utf8.count > valueLimit ? $0.prefix(valueLimit) + "…" : $0 })
    }
}

extension CapabilityKind {
    fileprivate init(_ kind: PolicyQuestion.Kind) {
        switch kind {
        case .tool: self = .tool
        case .prompt: self = .prompt
        case .resource: self = .resource
        }
    }
}

extension PolicyTarget.Kind {
    fileprivate init(_ kind: PolicyQuestion.Kind) {
        switch kind {
        case .tool: self = .tool
        case .prompt: self = .prompt
        case .resource: self = .resource
        }
    }
}

extension Int64 {
    /// Whole seconds of milliseconds, also before 1970.
    fileprivate var flooredSeconds: Int64 { (self - ((self % 1000) + 1000) % 1000) / 1000 }
}
