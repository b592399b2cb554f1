internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire

/// What policy is asked about one request. It can be asked again: after a wait, another policy may be in force.
struct Question {
    /// What is called.
    enum Subject {
        case named(Target)
        /// A resource of a server, by its URI there.
        case resource(server: String, uri: String)
    }

    let subject: Subject
    /// The arguments, where what is asked for has some; false: rules that look at them say nothing about it.
    let hasArguments: Bool

    /// What holds for it now.
    func verdict(
        _ context: LoopContext, _ principal: Principal, _ caller: Caller, address: String, time: Int64, _ body: ByteBuffer,
        _ scan: MessageScan?
    ) -> PolicyVerdict? {
        let policy = context.snapshot.policy
        guard !policy.allowsAll else { return nil }
        var who = PolicyCaller(
            user: principal.userID, userName: principal.userName, role: principal.role.rawValue, labels: principal.labels,
            workspace: principal.workspace, time: time)
        who.clientName = caller.clientName
        who.clientVersion = caller.clientVersion
        who.session = caller.session?.shownID
        who.era = caller.isModern ? "modern" : "legacy"
        who.address = address
        var rules: CompiledPolicy.Candidates
        switch subject {
        case .named(let target): rules = context.rules(for: target, principal, who)
        case .resource(let server, let uri): rules = policy.candidates(for: PolicyTarget(server: server, kind: .resource, name: uri))
        }
        if !hasArguments { rules = rules.withoutArguments }
        return policy.decide(rules, who) { () throws(PolicyUnreadable) -> JSON? in
            guard let scan, !scan.arguments.isEmpty else { return nil }
            do throws(JSONError) {
                return try JSON.parse(body.bytes(scan.arguments))
            } catch {
                throw PolicyUnreadable(why: "the arguments cannot be judged: \(error.message)")
            }
        }
    }
}
