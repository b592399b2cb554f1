internal import NIOCore
internal import PetaPolicy
internal import PetaWire

/// How a client is told that policy does not allow what it asks. Unlike a right that it does not have, it learns of this, and why.
enum Denial {
    /// A tool's result that says so, which a model can read and act on; an error for everything else.
    static func reply(
        _ verdict: PolicyVerdict, _ kind: ForwardedCall.Kind, _ body: ByteBuffer, _ scan: MessageScan, _ caller: Caller,
        _ shared: GatewayShared
    ) -> Reply {
        let why = verdict.reason.isEmpty ? "Denied by policy" : "Denied by policy: \(verdict.reason)"
        return said(why, data: nil, kind, body, scan, caller, shared)
    }

    /// The same with words of another's, and with what a program can read.
    static func said(
        _ text: String, data: JSON?, _ kind: ForwardedCall.Kind, _ body: ByteBuffer, _ scan: MessageScan, _ caller: Caller,
        _ shared: GatewayShared
    ) -> Reply {
        var reply = Reply(status: 200)
        guard kind == .toolCall else {
            if caller.isModern { reply.status = ModernStatus.of(-32603) }
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: text, data: data?.bytes)
            }
            return reply
        }
        var result: JSON = ["content": [["type": "text", "text": .string(text)]], "isError": true]
        if let data { result.set(key: "structuredContent", value: data) }
        if caller.isModern {
            result.set(key: "resultType", value: "complete")
            result.set(key: "_meta", value: ["io.modelcontextprotocol/serverInfo": shared.serverInfo])
        }
        reply.body = body.withUnsafeReadableBytes { RPC.answer(id: scan.id.slice(of: $0), "result", result.bytes) }
        return reply
    }
}
