package import PetaWire

/// How the era of a server is found out (MCP reference, section 3.3), as a value: what came of asking goes in, what to do comes out.
package struct EraProbe: Sendable {
    /// What came of `server/discover`.
    package enum Outcome: Sendable {
        /// A JSON-RPC message that answers it; `status` is that of an HTTP answer.
        case answered(status: Int?, JSON)
        /// An HTTP answer that is no JSON-RPC message.
        case unusable(status: Int)
        /// Something else that is no message.
        case garbled
        /// Nothing in the time for it.
        case silent
        /// The process ended; whether it had read the question.
        case ended(String, hasRead: Bool)
        /// It could not be asked.
        case unreachable(DownstreamFailure)
    }

    /// What to do next.
    package enum Step: Sendable {
        /// Ask once more.
        case ask
        /// It is modern, and this is what it said of itself.
        case modern(Handshake.Outcome)
        /// The legacy handshake, on the same process.
        case handshake
        /// The legacy handshake, on a new process.
        case handshakeAnew
        /// Nothing will do.
        case fail(DownstreamFailure)
    }

    /// What the administrator wants: `auto` or `modern`.
    package let choice: ServerDefinition.ProtocolChoice
    private var asked = 1

    package init(choice: ServerDefinition.ProtocolChoice) { self.choice = choice }

    /// Takes in what came of the last question.
    package mutating func next(_ outcome: Outcome) -> Step {
        switch outcome {
        case .answered(let status, let message): return answered(status, message)
        case .unusable(let status): return refused(status, "the server answered server/discover with HTTP \(status)")
        case .garbled: return legacy("the answer to server/discover is no JSON-RPC message")
        case .silent: return legacy("server/discover was not answered in time")
        case .ended(let why, true): return legacy(why, anew: true)
        // It cannot have died of what it did not read: another process would do no better.
        case .ended(let why, false): return .fail(.lost(why))
        case .unreachable(let failure): return .fail(failure)
        }
    }

    private mutating func answered(_ status: Int?, _ message: JSON) -> Step {
        if let result = message["result"], status.map({ (200..<300).contains($0) }) ?? true { return discovered(result) }
        let error = message["error"]
        let code = error?["code"]?.int ?? 0
        let supported = error?["data"]?["supported"]?.array?.compactMap(\.string)
        let said = "server/discover was refused: \(error?["message"]?.string?.prefix(300) ?? "no message")"
        switch (status, code) {
        case (nil, -32022), (400, -32022), (400, -32001), (400, -32004):
            if let supported { return choose(supported, said) }
            return code == -32022 && status != nil ? again(said) : refused(status, said)
        case (400, -32020), (400, -32021): return again(said)
        default: return refused(status, said)
        }
    }

    private func discovered(_ result: JSON) -> Step {
        guard let versions = result["supportedVersions"]?.array?.compactMap(\.string), let outcome = Handshake.Outcome(discovered: result)
        else { return legacy("the answer to server/discover has no supportedVersions or no capabilities") }
        if versions.contains(Envelope.revision) { return .modern(outcome) }
        if Self.legacyAmong(versions) { return legacy("the server speaks no modern revision") }
        return .fail(Self.unknown(versions))
    }

    /// The server is modern and refuses the revision that it was asked in.
    private mutating func choose(_ supported: [String], _ said: String) -> Step {
        if supported.contains(Envelope.revision) { return again(said) }
        if Self.legacyAmong(supported) { return legacy("the server speaks no modern revision") }
        return .fail(Self.unknown(supported))
    }

    /// The server is modern and did not like the question: the handshake would do no better.
    private mutating func again(_ said: String) -> Step {
        asked += 1
        return asked <= 2 ? .ask : .fail(.badAnswer(said))
    }

    private func refused(_ status: Int?, _ said: String) -> Step {
        switch status {
        case 401, 403: .fail(.badAnswer(HTTPConnection.explain(status ?? 0)))
        case .some(500...): .fail(.badAnswer(said))
        default: legacy(said)
        }
    }

    private func legacy(_ why: String, anew: Bool = false) -> Step {
        guard choice != .modern else { return .fail(.badAnswer("the server does not speak MCP \(Envelope.revision): \(why)")) }
        return anew ? .handshakeAnew : .handshake
    }

    private static func legacyAmong(_ versions: [String]) -> Bool { versions.contains { Handshake.versions.contains($0) } }

    private static func unknown(_ versions: [String]) -> DownstreamFailure {
        let shown = versions.prefix(4).map { String($0.prefix(32)) }.joined(separator: ", ")
        return .badAnswer("the server speaks protocol revisions that Peta does not: \(shown.isEmpty ? "none" : shown)")
    }
}
