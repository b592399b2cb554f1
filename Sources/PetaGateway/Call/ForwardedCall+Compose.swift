internal import NIOCore
internal import PetaDownstream
internal import PetaWire

extension ForwardedCall {
    /// What the client answered to a server of the modern era, on its way there.
    struct Input {
        /// `inputResponses` as they are sent on; nil where there are none.
        var responses: [UInt8]?
        /// `requestState` as the server spelled it.
        var state: [UInt8]?
    }

    /// The message as the server gets it: own id, own progress token, its own name for the thing, the envelope of its era; the rest byte
    /// for byte.
    func compose(_ id: UInt64, _ era: Era) -> ByteBuffer {
        let told = toldTrace()
        if told == nil, !era.isModern, !caller.isModern, !scan.hasModernMembers, scan.task.isEmpty || wantsTask(era) {
            switch order.replacement {
            case .piece(let piece, let new): return splice(id, piece, new)
            case .params: break
            }
        }
        return request.withUnsafeReadableBytes { bytes in
            var out = context.loop.allocateBuffer(bytes.count + 512)
            out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
            out.writeDecimal(id)
            out.writeStaticString(",\"method\":\"")
            out.writeBytes(scan.method.slice(of: bytes))
            out.writeStaticString("\",\"params\":")
            var composer = ParamsComposer()
            composer.progressToken = id
            composer.keepsTask = wantsTask(era)
            composer.trace = told
            if era.isModern { composer.envelope = envelope(era) }
            if kind == .taskUpdate { composer.inputResponses = .keep }
            if era.isModern, let state = input.state { composer.requestState = .replace(state) }
            if era.isModern, let responses = input.responses { composer.inputResponses = .replace(responses) }
            switch order.replacement {
            case .piece(let piece, let new):
                (composer.target, composer.replacement) = (piece, new)
                composer.write(bytes, scan) { out.writeBytes($0) }
            case .params(let params):
                // Rewritten as a whole already; scanned again, since its pieces stand elsewhere now.
                let message = Array("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"x\",\"params\":".utf8) + params + [0x7D]
                message.withUnsafeBytes { bytes in
                    guard let scan = try? MessageScan(bytes) else { return }
                    composer.write(bytes, scan) { out.writeBytes($0) }
                }
            }
            out.writeStaticString("}")
            return out
        }
    }

    /// Members of `_meta` that tell a server of the trace: where it has no header fields, and where what the client wrote is not true any more.
    /// Nil: what is there stays.
    private func toldTrace() -> [UInt8]? {
        guard let passed = context.passedOn(trace) else { return nil }
        let isPipe = server.handle.definition.kind == .stdio
        guard isPipe || !scan.traceParent.isEmpty, !(trace.isFromBody && passed == trace.context) else { return nil }
        var out = Array("\"traceparent\":\"".utf8)
        passed.write { out.append($0) }
        out.append(0x22)
        guard let state = trace.state else { return out }
        out += Array(",\"tracestate\":\"".utf8)
        state.withUnsafeBytes { JSON.appendEscaped($0, into: &out) }
        out.append(0x22)
        return out
    }

    /// The common case: three pieces at most are replaced where they stand.
    private func splice(_ id: UInt64, _ piece: ByteRange, _ new: [UInt8]) -> ByteBuffer {
        request.withUnsafeReadableBytes { bytes in
            var out = context.loop.allocateBuffer(bytes.count + 64)
            var from = 0
            func next() -> ByteRange? {
                var best: ByteRange?
                func offer(_ range: ByteRange) {
                    guard !range.isEmpty, range.lower >= from else { return }
                    if let found = best, found.start < range.start { return }
                    best = range
                }
                offer(scan.id)
                offer(piece)
                offer(scan.progressToken)
                return best
            }
            while let range = next() {
                out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[from..<range.lower]))
                if range == piece { out.writeBytes(new) } else { out.writeDecimal(id) }
                from = range.upper
            }
            out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[from...]))
            return out
        }
    }

    /// The members of `_meta` that a server of the modern era is told: who the gateway is, and what can be asked of this client.
    private func envelope(_ era: Era) -> [UInt8] {
        var out = Array("\"io.modelcontextprotocol/protocolVersion\":\"\(era.revision)\",".utf8)
        out += context.shared.clientInfo
        out += Array(",\"io.modelcontextprotocol/clientCapabilities\":".utf8)
        out += offersTask(era) ? caller.abilities.announcedWithTasks : caller.abilities.announcedBytes
        if let level = caller.logLevel { out += Array(",\"io.modelcontextprotocol/logLevel\":\"\(level)\"".utf8) }
        return out
    }

    /// The header fields that an HTTP server of the modern era gets, made from what is sent and from nothing that came.
    func fields() -> [UInt8] {
        request.withUnsafeReadableBytes { bytes in
            var out: [UInt8] = []
            var name = wireName
            name.withUTF8 { text in
                ModernFields.append(
                    method: scan.method.slice(of: bytes), name: kind == .completion ? nil : UnsafeRawBufferPointer(text), into: &out)
            }
            if let headers = hasRelisted ? newestHeaders : order.headers {
                headers.append(arguments: scan.arguments.slice(of: bytes), into: &out)
            }
            return out
        }
    }

    /// What the server's list says now about its arguments.
    private var newestHeaders: ParameterHeaders? {
        var name = Names.canonical(server: server.handle.id, name: wireName)
        return name.withUTF8 { context.snapshot.catalog.tools[UnsafeRawBufferPointer($0)]?.headers }
    }

    /// The whole name or URI as the server gets it: `order.name` is cut for the audit.
    var wireName: String {
        guard case .piece(_, let quoted) = order.replacement else { return order.name }
        return (try? JSON.parse(quoted))?.string ?? order.name
    }
}
