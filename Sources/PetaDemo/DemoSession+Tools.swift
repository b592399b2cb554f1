import PetaWire

extension DemoSession {
    /// Performs `tools/call`; nil when it is answered later or never.
    mutating func call(_ params: JSON, _ reply: Reply, at now: UInt64) throws(RPCError) -> JSON? {
        try requireOpen()
        guard let name = params["name"]?.string else { throw .invalidParams("name is missing") }
        let arguments = ToolArguments(json: params["arguments"] ?? .object([]))
        guard arguments.json.object != nil else { throw .invalidParams("arguments is not an object") }
        guard let tool = DemoTool(rawValue: name) else {
            guard isPlainTool(name) else { throw .invalidParams("unknown tool \(name)") }
            return Self.result(name)
        }
        do throws(ToolFailure) {
            return try run(tool, arguments, meta: params["_meta"], reply, at: now)
        } catch {
            switch error {
            case .result(let text): return Self.failure(text)
            case .rpc(let error): throw error
            }
        }
    }

    private mutating func run(
        _ tool: DemoTool, _ arguments: ToolArguments, meta: JSON?, _ reply: Reply, at now: UInt64
    ) throws(ToolFailure) -> JSON? {
        switch tool {
        case .echo: return Self.result(try arguments.string("text"))
        case .add: return try add(arguments)
        case .sleep:
            let milliseconds = try arguments.int("ms", 0...DemoTool.pauseLimit)
            pending.append(Pending(reply: reply, due: now + UInt64(milliseconds) * 1_000_000, work: .sleep(milliseconds: milliseconds)))
            return nil
        case .progress:
            let steps = try arguments.int("steps", 1...10_000)
            let pause = UInt64(try arguments.int("ms", 0...DemoTool.pauseLimit)) * 1_000_000
            let work = Pending.Work.progress(token: meta?["progressToken"], step: 1, steps: steps, nanoseconds: pause)
            pending.append(Pending(reply: reply, due: now + pause, work: work))
            return nil
        case .fail: throw .result(try arguments.string("message"))
        case .error: throw .rpc(RPCError(code: try arguments.int("code"), message: try arguments.string("message")))
        case .blob: return Self.result(Self.filler(bytes: try arguments.int("bytes", 0...DemoTool.blobLimit)))
        case .environment:
            let name = try arguments.string("name")
            guard let value = environment(name) else { throw .result("the server has no environment variable '\(name)'") }
            return Self.result(value)
        case .link: return link(try arguments.string("uri"))
        case .log: return try log(arguments, meta)
        case .grow: return grow()
        case .shrink: return try shrink()
        case .crash:
            exitStatus = 3
            return nil
        case .garbage:
            printRaw("this line is no message")
            printRaw("{\"neither\": \"is this\"")
            return Self.result("printed two lines")
        case .stderr:
            let lines = try arguments.int("lines", 0...100_000)
            for line in 0..<lines { printDiagnostic("line \(line + 1) of \(lines)") }
            return Self.result("printed \(lines) lines")
        case .silent: return nil
        }
    }

    /// Goes on with the calls whose time has come, in the order of their times.
    package mutating func advance(to now: UInt64) {
        while let index = pending.indices.min(by: { pending[$0].due < pending[$1].due }), pending[index].due <= now {
            let call = pending[index]
            switch call.work {
            case .sleep(let milliseconds):
                pending.remove(at: index)
                succeed(call.reply, Self.result("slept \(milliseconds) ms"))
            case .progress(let token, let step, let steps, let pause):
                if let token {
                    notify(
                        "notifications/progress",
                        [
                            "progressToken": token, "progress": .int(step), "total": .int(steps),
                            "message": .string("step \(step) of \(steps)"),
                        ])
                }
                if step == steps {
                    pending.remove(at: index)
                    succeed(call.reply, Self.result("\(steps) steps done"))
                } else {
                    pending[index].due += pause
                    pending[index].work = .progress(token: token, step: step + 1, steps: steps, nanoseconds: pause)
                }
            }
        }
    }

    private func add(_ arguments: ToolArguments) throws(ToolFailure) -> JSON {
        let sum: JSON = ["sum": try arguments.sum("a", "b")]
        var result = Self.result(String(decoding: sum.bytes, as: UTF8.self))
        if revision >= .june2025 { result.set(key: "structuredContent", value: sum) }
        return result
    }

    private func link(_ uri: String) -> JSON {
        var content: [JSON] = [
            ["type": "resource", "resource": ["uri": .string(uri), "mimeType": "text/plain", "text": .string("The resource at \(uri).")]]
        ]
        if revision >= .june2025 {
            content.insert(["type": "resource_link", "uri": .string(uri), "name": "linked", "mimeType": "text/plain"], at: 0)
        }
        return ["content": .array(content)]
    }

    private mutating func log(_ arguments: ToolArguments, _ meta: JSON?) throws(ToolFailure) -> JSON {
        guard let level = LogLevel(rawValue: try arguments.string("level")) else { throw .result("unknown level") }
        let message = try arguments.string("message")
        if isModern {
            // Each request says what it wants to hear; one that says nothing hears nothing.
            guard let wanted = meta?["io.modelcontextprotocol/logLevel"]?.string.flatMap(LogLevel.init(rawValue:)), level >= wanted else {
                return Self.result("not sent: the request does not ask for it")
            }
        } else if level < logLevel {
            return Self.result("not sent: the level is \(logLevel.rawValue)")
        }
        notify("notifications/message", ["level": .string(level.rawValue), "logger": "demo", "data": .string(message)])
        return Self.result("sent")
    }

    private mutating func grow() -> JSON {
        extras += 1
        announceExtras()
        return Self.result("added extra_\(extras)")
    }

    private mutating func shrink() throws(ToolFailure) -> JSON {
        guard extras > 0 else { throw .result("there is no extra tool") }
        extras -= 1
        announceExtras()
        return Self.result("removed extra_\(extras + 1)")
    }

    private mutating func announceExtras() {
        guard !isModern else { return tellListens() }
        notify("notifications/tools/list_changed")
        if subscriptions.contains(Self.numbersURI) {
            notify("notifications/resources/updated", ["uri": .string(Self.numbersURI)])
        }
    }

    private static func filler(bytes: Int) -> String {
        let pattern = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes) { buffer in
            for index in 0..<bytes { buffer.initializeElement(at: index, to: pattern[index & 15]) }
            return bytes
        }
    }

    private static func result(_ text: String) -> JSON {
        ["content": [["type": "text", "text": .string(text)]]]
    }

    private static func failure(_ text: String) -> JSON {
        ["content": [["type": "text", "text": .string(text)]], "isError": true]
    }
}
