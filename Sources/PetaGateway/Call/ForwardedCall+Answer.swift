internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaWire

extension ForwardedCall {
    // MARK: notifications

    func notified(_ message: ByteBuffer, _ scan: MessageScan) {
        guard !settled else { return }
        extend()
        guard let (cleaned, found) = clean(message, scan), let (related, scan) = relatedInParams(cleaned, found) else { return }
        var message = related
        let method = message.text(scan.method)
        if method == "notifications/progress" {
            let token = self.scan.progressToken
            guard !token.isEmpty, !scan.progressToken.isEmpty else { return }
            message = message.replacing(scan.progressToken, with: request.bytes(token))
        } else if method == "notifications/tasks/status" {
            guard let session = caller.session, let status = Session.status(message.bytes(scan.params)),
                let own = session.ownStatus(status, of: server.handle.id, isDedicated: isDedicated)
            else { return }
            message = ByteBuffer(bytes: RPC.notification(method, params: own))
        } else {
            guard let level = caller.logLevel, LogMessages.passes(message, scan, level) else { return }
        }
        emit(message)
    }

    /// Sends a message on the request's own stream.
    func emit(_ message: ByteBuffer) {
        if !streaming {
            streaming = true
            if let session = caller.session {
                responder = CallStream(over: responder, session.streams, request: request.bytes(scan.id), on: context.loop)
            }
            responder.openStream()
        }
        responder.event(message)
    }

    // MARK: the answer

    func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        guard !settled else { return }
        way?.callAnswered()
        carrier = .none
        guard var (message, scan) = clean(message, scan) else {
            return failed(.badAnswer("the answer cannot be cleaned of credentials"), .written)
        }
        // What is judged must be what the client reads (a member twice, or spelled so that only some readers know it).
        if scan.kind == .result, scan.resultIsAmbiguous || message.getInteger(at: message.readerIndex + scan.result.lower) != UInt8(0x7B) {
            return failed(.badAnswer("the server's result can be read in more than one way, or is no object"), .written)
        }
        if scan.kind == .error {
            record.error = LogMessages.errorText(message, scan)
            return answeredWithError(message, scan)
        }
        let isTask = message.textIs(scan.resultType, "\"task\"") && kind == .toolCall && offersTask(way?.era(context.index) ?? .legacy(""))
        if !scan.resultType.isEmpty, !isTask, !message.textIs(scan.resultType, "\"complete\"") {
            guard message.textIs(scan.resultType, "\"input_required\""), way?.era(context.index)?.isModern == true, kind.mayNeedInput
            else {
                return failed(.badAnswer("the server gave a result of a kind that nobody knows"), .written)
            }
            return inputRequired(message, scan)
        }
        if server.capabilities.tasks {
            guard let named = taskResult(message, scan) else {
                return failed(.badAnswer("the server's task cannot be passed on"), .written)
            }
            (message, scan) = named
        }
        if caller.isModern {
            renderModern(message, scan)
        } else {
            renderLegacy(message, scan)
        }
        reply.share = share
        gate?.isAnswered = true
        settle(scan.resultIsError ? .error : .ok)
    }

    /// For a client of the legacy era: the id is the client's again; what its era does not have goes.
    private func renderLegacy(_ message: ByteBuffer, _ scan: MessageScan) {
        var (message, scan) = (message, scan)
        // Its `structuredContent` is an object; the text says the same.
        if !scan.structuredContent.isEmpty, message.getInteger(at: message.readerIndex + scan.structuredContent.lower) != UInt8(0x7B),
            var result = try? JSON.parse(message.bytes(scan.result), limits: .answer), result.remove("structuredContent")
        {
            message = message.replacing(scan.result, with: result.bytes)
            if let again = try? message.scanMessage() { scan = again }
        }
        let sentID = self.scan.id
        // Small answers in one piece, large ones around their own bytes.
        if message.readableBytes <= 16384 {
            reply.body = request.withUnsafeReadableBytes { bytes in
                message.withUnsafeReadableBytes { answer in
                    var out = context.loop.allocateBuffer(answer.count + sentID.count)
                    out.writeBytes(UnsafeRawBufferPointer(rebasing: answer[..<scan.id.lower]))
                    out.writeBytes(sentID.slice(of: bytes))
                    out.writeBytes(UnsafeRawBufferPointer(rebasing: answer[scan.id.upper...]))
                    return out
                }
            }
        } else {
            let start = message.readerIndex
            reply.body = message.getSlice(at: start, length: scan.id.lower) ?? ByteBuffer()
            reply.middle = request.getSlice(at: request.readerIndex + sentID.lower, length: sentID.count)
            reply.tail = message.getSlice(at: start + scan.id.upper, length: message.readableBytes - scan.id.upper)
        }
    }

    /// For a client of the modern era: what every result has there is put in where the server did not (MCP reference, section 10.2).
    private func renderModern(_ message: ByteBuffer, _ scan: MessageScan) {
        let shared = context.shared
        var meta: [UInt8]?
        if !scan.resultMeta.isEmpty, var tree = try? JSON.parse(message.bytes(scan.resultMeta)), tree.object != nil {
            tree.set(key: "io.modelcontextprotocol/serverInfo", value: shared.serverInfo)
            meta = tree.bytes
        }
        reply.body = ByteBuffer()
        let start = message.readerIndex
        let sentID = self.scan.id
        // An id behind a result of megabytes would make a copy of it; the order of members means nothing.
        request.withUnsafeReadableBytes { bytes in
            message.withUnsafeReadableBytes { answer in
                let result = scan.result.slice(of: answer)
                let isSmall = result.count <= 16384
                var out = context.loop.allocateBuffer((isSmall ? result.count : 0) + sentID.count + 320)
                out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
                out.writeBytes(sentID.slice(of: bytes))
                out.writeStaticString(",\"result\":{")
                if scan.resultType.isEmpty { out.writeStaticString("\"resultType\":\"complete\",") }
                if kind == .resourceRead {
                    // Rights shape what can be read, so nobody else may be shown what this one was.
                    if !scan.resultHasTTL { out.writeStaticString("\"ttlMs\":0,") }
                    if scan.cacheScope.isEmpty { out.writeStaticString("\"cacheScope\":\"private\",") }
                }
                if scan.resultMeta.isEmpty { out.writeBytes(shared.serverInfoMember) }
                var from = scan.result.lower + 1
                if isEmpty(result) {
                    // Every branch above ends with a comma.
                    out.moveWriterIndex(to: out.writerIndex - 1)
                }
                var cuts: [(ByteRange, [UInt8])] = []
                if let meta { cuts.append((scan.resultMeta, meta)) }
                if kind == .resourceRead, !scan.cacheScope.isEmpty { cuts.append((scan.cacheScope, Array("\"private\"".utf8))) }
                cuts.sort { $0.0.start < $1.0.start }
                if isSmall {
                    for (range, new) in cuts {
                        out.writeBytes(UnsafeRawBufferPointer(rebasing: answer[from..<range.lower]))
                        out.writeBytes(new)
                        from = range.upper
                    }
                    out.writeBytes(UnsafeRawBufferPointer(rebasing: answer[from..<scan.result.upper]))
                    out.writeStaticString("}")
                    reply.body = out
                    return
                }
                // The longest piece that nothing is put into goes as it lies; what stands around it is copied.
                let edges = [from] + cuts.flatMap { [$0.0.lower, $0.0.upper] } + [scan.result.upper]
                let gaps = stride(from: 0, to: edges.count, by: 2).map { edges[$0]..<edges[$0 + 1] }
                let longest = gaps.indices.max { gaps[$0].count < gaps[$1].count } ?? 0
                var tail = context.loop.allocateBuffer(256)
                for (index, gap) in gaps.enumerated() {
                    let piece = UnsafeRawBufferPointer(rebasing: answer[gap])
                    if index < longest { out.writeBytes(piece) } else if index > longest { tail.writeBytes(piece) }
                    guard index < cuts.count else { continue }
                    if index < longest { out.writeBytes(cuts[index].1) } else { tail.writeBytes(cuts[index].1) }
                }
                tail.writeStaticString("}")
                reply.body = out
                reply.middle = message.getSlice(at: start + gaps[longest].lowerBound, length: gaps[longest].count)
                reply.tail = tail
            }
        }
    }

    private func isEmpty(_ object: UnsafeRawBufferPointer) -> Bool {
        object.dropFirst().first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } == 0x7D
    }

    // MARK: errors

    /// An error of the server, in the words of the client's era.
    private func answeredWithError(_ message: ByteBuffer, _ scan: MessageScan) {
        let error = message.bytes(scan.error)
        guard let said = try? JSON.parse(error), let code = said["code"]?.int else {
            return failed(.badAnswer("the server gave an error without a code"), .written)
        }
        if code == -32020, relistAndRepeat() { return }
        // One that is gone and one that never was look alike. Of a result it may be the error that the tool ended with.
        if code == -32602, kind == .taskGet || kind == .taskUpdate { return unknown(record.error ?? "") }
        // A resource that is denied and one that its server does not have look alike.
        if kind == .resourceRead, code == -32002 || code == -32602 && said["data"]?["uri"] != nil { return unknown(record.error ?? "") }
        let parsed = taskError(said)
        if code == -32021 || code == -32042 { server.handle.noteAsking() }
        if code == -32042, linksRequired(parsed) { return }
        let spoken = spokenCode(code, parsed)
        var bytes = error
        if spoken != code || kind.isTask {
            var changed = parsed
            changed.set(key: "code", value: .int(spoken))
            if code == -32042 || code == -32021, !caller.isModern { changed.remove("data") }
            bytes = changed.bytes
        }
        if caller.isModern { reply.status = ModernStatus.of(spoken) }
        reply.body = request.withUnsafeReadableBytes { RPC.answer(id: self.scan.id.slice(of: $0), "error", bytes) }
        gate?.isAnswered = true
        // Something is missing first: the client comes back with it.
        if code == -32042 || code == -32021 { gate?.isUnrun = true }
        settle(.error)
    }

    /// A server of the modern era misses a header field: its list has changed (MCP reference, section 5.3). True: it is read again, and the
    /// call is made once more. It has not run: headers are looked at first.
    private func relistAndRepeat() -> Bool {
        guard kind == .toolCall, !hasRelisted, let way, way.era(context.index)?.isModern == true else { return false }
        hasRelisted = true
        record.error = nil
        server.handle.relist(on: context.loop) {
            guard !self.settled else { return }
            self.sendAgain()
        }
        return true
    }

    /// The code of the client's era that says the same (MCP reference, sections 2 and 10.2).
    private func spokenCode(_ code: Int, _ error: JSON) -> Int {
        if caller.isModern {
            switch code {
            case -32002: return -32602
            case -32042: return -32603
            // The envelope and the headers were the gateway's: their faults are not the client's.
            case -32020, -32022: return -32603
            default: return code
            }
        }
        switch code {
        case -32602 where kind == .resourceRead && error["data"]?["uri"] != nil && way?.era(context.index)?.isModern == true: return -32002
        case -32020, -32021, -32022: return -32603
        case -32042 where caller.session?.revision != .november2025: return -32603
        default: return code
        }
    }

    // MARK: credentials and URIs

    /// The message without this server's secrets and with its URIs rewritten. Nil where that cannot be done: then it
    /// must not go out.
    func clean(_ message: ByteBuffer, _ scan: MessageScan) -> (ByteBuffer, MessageScan)? {
        var current = message
        var scanned = scan
        // Only what the server said is searched, not the frame around it.
        let said = scanned.kind == .result ? scanned.result : scanned.kind == .error ? scanned.error : scanned.params
        if let redaction = (way ?? server.handle).redaction(context.index), !said.isEmpty,
            let new = current.withUnsafeReadableBytes({ redaction.redact(said.slice(of: $0)) })
        {
            current = current.replacing(said, with: new)
            guard let again = try? current.scanMessage() else { return nil }
            scanned = again
        }
        let (range, what) = uriPlace(scanned)
        if !range.isEmpty,
            let new = current.withUnsafeReadableBytes({ try? server.rewriter.rewrite(range.slice(of: $0), kind: what) })
        {
            current = current.replacing(range, with: new)
            guard let again = try? current.scanMessage() else { return nil }
            scanned = again
        }
        return (current, scanned)
    }

    private func uriPlace(_ scan: MessageScan) -> (ByteRange, ResultRewriter.Kind) {
        switch scan.kind {
        case .error: return (scan.error, .error)
        case .result:
            switch kind {
            case .toolCall, .taskResult: return (scan.result, .toolCall)
            case .promptGet: return (scan.result, .promptGet)
            case .resourceRead: return (scan.result, .resourceRead)
            case .completion, .taskGet, .taskUpdate, .taskCancel: return (.none, .error)
            }
        case .request, .notification: return (.none, .error)
        }
    }
}

extension ByteBuffer {
    /// True if a range of a scan is spelled so.
    func textIs(_ range: ByteRange, _ text: StaticString) -> Bool { withUnsafeReadableBytes { range.equals(text, in: $0) } }
}
