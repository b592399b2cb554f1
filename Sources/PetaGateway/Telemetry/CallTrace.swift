internal import NIOCore
internal import PetaTelemetry
internal import PetaWire

/// The trace that a call is part of. Takes no memory of its own where its client sent no `tracestate`.
struct CallTrace: Sendable {
    /// As it came, or newly made: then no span stands above this call.
    var context: TraceContext
    var isReceived = false
    /// It came in `_meta`, not as a header field.
    var isFromBody = false
    /// `tracestate`, where it came and may be passed on.
    var state: [UInt8]?
    /// The span of this call, and that of its request to its server.
    var own: UInt64 = 0
    var downstream: UInt64 = 0
    /// Spans are made of it.
    var isRecorded = false
}

extension LoopContext {
    /// What a request says of its trace (W3C Trace Context; for `_meta`: MCP reference, section 5.1), or a new one. `_meta` goes before the header
    /// fields: it is the client's own word, where the fields may be of a proxy between.
    func trace(of request: EndpointRequest, _ scan: MessageScan) -> CallTrace {
        let telemetry = shared.telemetry
        var trace: CallTrace
        if let found = fromBody(request, scan) ?? fromHead(request) {
            trace = found
        } else {
            trace = CallTrace(context: random.trace(isSampled: false))
        }
        guard telemetry.spans != nil else { return trace }
        trace.own = random.span()
        trace.downstream = random.span()
        trace.isRecorded = trace.isReceived ? trace.context.isSampled : telemetry.ratio.takes(trace.context)
        return trace
    }

    private func fromBody(_ request: EndpointRequest, _ scan: MessageScan) -> CallTrace? {
        guard !scan.traceParent.isEmpty else { return nil }
        return request.body.withUnsafeReadableBytes { bytes in
            guard let context = TraceContext(scan.traceParent.slice(of: bytes)) else { return nil }
            var trace = CallTrace(context: context, isReceived: true, isFromBody: true)
            let state = scan.traceState.slice(of: bytes)
            if !state.isEmpty, passesState {
                // Its quotes are not in the range.
                let plain =
                    state.contains(0x5C)
                    ? (try? JSON.parse(Array("\"".utf8) + state + [0x22]))?.string.map { Array($0.utf8) } : Array(state)
                trace.state = plain.flatMap { list in list.withUnsafeBytes(TraceState.isValid) ? list : nil }
            }
            return trace
        }
    }

    private func fromHead(_ request: EndpointRequest) -> CallTrace? {
        let head = request.head
        guard !head.traceParent.isEmpty else { return nil }
        return request.headBytes.withUnsafeReadableBytes { bytes in
            guard let context = TraceContext(head.traceParent.slice(of: bytes)) else { return nil }
            var trace = CallTrace(context: context, isReceived: true)
            guard !head.traceState.isEmpty, passesState else { return trace }
            // Lines of one list are one list (RFC 9110, section 5.3).
            let lines = head.hasMoreTraceState ? RequestHead.values(of: "tracestate", in: bytes) : [head.traceState.slice(of: bytes)]
            let list = Array(lines.map { Array($0) }.joined(separator: [0x2C]))
            trace.state = list.withUnsafeBytes(TraceState.isValid) ? list : nil
            return trace
        }
    }

    private var passesState: Bool { shared.telemetry.spans != nil || shared.telemetry.propagation != .off }

    /// What a server is told of a call's trace; nil: nothing.
    func passedOn(_ trace: CallTrace) -> TraceContext? {
        if shared.telemetry.spans != nil { return trace.context.child(of: trace.downstream, isSampled: trace.isRecorded) }
        switch shared.telemetry.propagation {
        case .off: return nil
        case .received: return trace.isReceived ? trace.context : nil
        case .always: return trace.context
        }
    }
}
