internal import NIOCore
internal import PetaDownstream
internal import PetaApprovals
internal import PetaIdentity
internal import PetaWire

/// An approved call that the gateway makes for a client that looks at its task: it goes the way of every other call, rights, policy, the
/// claim and the audit included. What it answers is kept with the approval, and nowhere else.
final class ApprovedRun: Responder, @unchecked Sendable {  // Touched on the context's loop only.
    let address: String

    private init(_ address: String) { self.address = address }

    /// Sets the call going with the arguments that were approved. Its server can ask nobody anything.
    static func start(_ approval: Approval, _ caller: Caller, _ principal: Principal, _ address: String, _ context: LoopContext) {
        guard case .modern(let envelope) = caller else { return }
        var name: [UInt8] = []
        JSON.appendQuoted(Names.canonical(server: approval.call.server, name: approval.call.tool), into: &name)
        let message =
            Array("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/call\",\"params\":{\"name\":".utf8) + name
            + Array(",\"arguments\":".utf8) + approval.call.arguments + Array("}}".utf8)
        let info: JSON? = envelope.client.name.map { ["name": .string($0), "version": .string(envelope.client.version ?? "")] }
        let alone = Envelope(client: KnownClient(info: info, capabilities: [:]), logLevel: nil, qualifiedNames: false)
        var request = EndpointRequest(head: RequestHead(), headBytes: ByteBuffer())
        request.body = ByteBuffer(bytes: message)
        request.isOwn = true
        guard let scan = try? request.body.scanClientMessage() else { return }
        CallDesk(context).call(.toolCall, request, scan, .modern(alone), principal, ApprovedRun(address))
    }

    func reply(_ reply: Reply) {}

    func openStream() {}

    func onGone(_ gone: (() -> Void)?) {}

    func event(_ message: ByteBuffer) {}

    func events(_ events: ByteBuffer) {}

    func dropStream() {}

    func closeStream(share: BudgetShare?) {}
}
