internal import PetaApprovals
internal import PetaCrypto
internal import PetaPolicy
internal import PetaWire

extension Question {
    /// What its server says of it now: SHA-256 of the definition in canonical form. Nil for resources, and for what is gone.
    func definition(_ context: LoopContext) -> SHA256Digest? { current(context).map { SHA256.hash(CanonicalJSON.bytes($0.definition)) } }

    /// The tool or prompt as the catalog has it now.
    private func current(_ context: LoopContext) -> Target? {
        guard case .named(let target) = subject else { return nil }
        var name = target.canonical
        let catalog = context.snapshot.catalog
        return name.withUTF8 { (target.kind == .prompt ? catalog.prompts : catalog.tools)[UnsafeRawBufferPointer($0)] }
    }

    /// What a person is asked to approve.
    func approval(
        _ need: PolicyVerdict, _ arguments: JSON, method: String, user: String, _ context: LoopContext, _ caller: Caller, address: String?,
        byDefault: Int
    ) -> ApprovalCall {
        let server: String
        let name: String
        switch subject {
        case .named(let target):
            (server, name) = Names.split(target.canonical) ?? ("", target.name)
        case .resource(let id, let uri): (server, name) = (id, uri)
        }
        let target = current(context)
        var call = ApprovalCall(
            user: user, method: method, server: server, tool: name, arguments: arguments,
            definition: target.map { SHA256.hash(CanonicalJSON.bytes($0.definition)) }, rule: need.rule ?? "",
            policyVersion: need.version ?? 0, reason: need.reason, approvers: need.approvers ?? byDefault)
        call.clientName = caller.clientName
        call.clientVersion = caller.clientVersion
        call.address = address
        call.title = target?.definition["title"]?.string ?? target?.annotations?["title"]?.string
        // For people to read; what is bound is the whole definition.
        call.title = call.title?.clipped(to: 400)
        call.description = target?.definition["description"]?.string?.clipped(to: 4000)
        call.annotations = target?.annotations.flatMap { $0.bytes.count <= 4000 ? $0 : nil }
        return call
    }
}
