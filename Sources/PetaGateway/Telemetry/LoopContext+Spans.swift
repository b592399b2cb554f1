internal import NIOCore
internal import PetaAudit
internal import PetaTelemetry
internal import PetaWire

/// Spans of calls, made of their records when they have ended. A loop gathers some before it hands them on, so that no call takes a lock.
extension LoopContext {
    /// Spans that are handed on together.
    private static let spanBatch = 64

    /// The span of a call, and of what it did.
    ///
    /// - Parameters:
    ///   - sent: nanoseconds from the call's begin to the moment in which it was sent.
    ///   - waited: the same, of the time in which it waited for an approval.
    func export(_ record: AuditRecord, _ trace: CallTrace, sent: Int64? = nil, waited: Range<Int64>? = nil) {
        guard trace.isRecorded, shared.telemetry.spans != nil else { return }
        let start = record.time * 1000
        let end = start + (record.duration ?? 0) * 1000
        let name = Self.spanName(record)
        var own = Span(trace.context, hasParent: trace.isReceived, id: trace.own, name: name, kind: .server, start: start, end: end)
        own.state = trace.state
        own.attributes = Self.attributes(record)
        own.failure = Self.failure(record)
        add(own)
        let below = trace.context.child(of: trace.own, isSampled: true)
        if let waited {
            var wait = Span(
                below, hasParent: true, id: random.span(), name: "approval", kind: .internal, start: start + waited.lowerBound,
                end: start + waited.upperBound)
            if let approval = record.approvalID { wait.attributes.append(("peta.approval_id", .text(approval))) }
            wait.state = trace.state
            add(wait)
        }
        guard let sent else { return }
        var down = Span(below, hasParent: true, id: trace.downstream, name: name, kind: .client, start: start + sent, end: end)
        down.state = trace.state
        down.attributes = [("mcp.method.name", .text(record.method ?? ""))]
        if let server = record.server { down.attributes.append(("peta.server", .text(server))) }
        down.failure = own.failure
        add(down)
    }

    /// The same of a request that came to nothing before it was a call.
    func exportRefusal(_ record: AuditRecord, _ request: EndpointRequest, _ scan: MessageScan) {
        guard shared.telemetry.spans != nil, let number = record.trace else { return }
        var trace = trace(of: request, scan)
        if !trace.isReceived {
            trace.context = TraceContext(high: number.high, low: number.low, span: trace.context.span, flags: trace.context.flags)
            trace.isRecorded = shared.telemetry.ratio.takes(trace.context)
        }
        export(record, trace)
    }

    private func add(_ span: Span) {
        spans.append(span)
        if spans.count >= Self.spanBatch { handOnSpans() }
    }

    /// Hands on what was gathered.
    func handOnSpans() {
        guard !spans.isEmpty else { return }
        shared.telemetry.spans?.put(spans)
        spans.removeAll(keepingCapacity: true)
    }

    /// The method, and of tools and prompts the name. A URI can say too much, and what nobody offers is anybody's word.
    private static func spanName(_ record: AuditRecord) -> String {
        let method = record.method ?? "call"
        guard let name = shownName(record) else { return method }
        return "\(method) \(name)"
    }

    private static func shownName(_ record: AuditRecord) -> String? {
        guard let server = record.server, let tool = record.tool, record.method == "tools/call" || record.method == "prompts/get" else {
            return nil
        }
        return Names.canonical(server: server, name: tool)
    }

    private static func attributes(_ record: AuditRecord) -> [(key: String, value: Span.Value)] {
        var found: [(key: String, value: Span.Value)] = [("mcp.method.name", .text(record.method ?? ""))]
        func add(_ key: String, _ text: String?) { if let text { found.append((key, .text(text))) } }
        add("peta.request_id", record.requestID)
        add("peta.server", record.server)
        if shownName(record) != nil { add(record.method == "tools/call" ? "gen_ai.tool.name" : "gen_ai.prompt.name", record.tool) }
        add("peta.decision", record.decision?.rawValue)
        add("peta.rule", record.rule)
        add("peta.outcome", record.outcome?.rawValue)
        add("error.type", failure(record))
        if let bytes = record.bytesIn { found.append(("peta.bytes_in", .number(bytes))) }
        if let bytes = record.bytesOut { found.append(("peta.bytes_out", .number(bytes))) }
        return found
    }

    private static func failure(_ record: AuditRecord) -> String? {
        switch record.outcome {
        case .error, .timeout, .lost, .stopped: record.outcome?.rawValue
        case .ok, .denied, .pending, .cancelled, nil: nil
        }
    }
}
