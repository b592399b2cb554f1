internal import NIOCore
internal import PetaDownstream
package import PetaWire

/// Something that a server asks of a client while it works on that client's request.
package struct Ask: Sendable {
    /// What servers may ask.
    package enum Method: String, Sendable {
        case elicitation = "elicitation/create"
        case sampling = "sampling/createMessage"
        case roots = "roots/list"
    }

    /// How the server asked, and so how it is answered.
    package enum Origin: Sendable {
        /// By a request of its own with this id (legacy era), as it spelled it.
        case request([UInt8])
        /// In an `input_required` result, under this key (modern era).
        case input(String)
    }

    /// Peta's own id of the question: the request's id towards a legacy client, part of the key towards a modern one.
    package let id: UInt64
    package let method: Method
    /// What is asked, credentials cut out; nil where there are no params.
    package let params: JSON?
    let origin: Origin
    /// What it came on, if it was a request; the answer goes back the same way, whatever has become of the exchange itself.
    var exchange: Exchange?

    /// The key under which a modern client is asked: its server's own, or one of Peta's.
    var key: String {
        switch origin {
        case .input(let key): key
        case .request: "q\(id)"
        }
    }

    /// Why something is not asked.
    package struct Refusal: Error {
        package let code: Int
        package let message: String
    }

    /// The largest question, and how many one request may be asked at once and in all.
    static let bytesLimit = 1 << 20
    static let openLimit = 64
    static let totalLimit = 256
    /// Of questions that were refused, how many the audit has, and after how many the request is given up: a server that does not stop fills
    /// neither the audit nor the line.
    static let refusalsNoted = 16
    static let refusalLimit = 1024

    /// A question's params without the credentials of the server that asks; nil where there are none.
    static func clean(_ params: [UInt8], _ redaction: (any Redaction)?) -> JSON? {
        guard !params.isEmpty, params.count <= bytesLimit else { return nil }
        let redacted = redaction.flatMap { redaction in params.withUnsafeBytes { redaction.redact($0) } }
        guard var parsed = try? JSON.parse(redacted ?? params) else { return nil }
        // No server is told that a client's answer can be a task, so none has to wait for one.
        parsed.remove("task")
        return parsed
    }

    /// Judges a question. What a client did not say that it can do, and links that a browser should not be sent to, are refused.
    package static func judge(
        id: UInt64, method name: String, params: JSON?, origin: Origin, abilities: ClientAbilities
    ) throws(Refusal) -> Ask {
        guard let method = Method(rawValue: name) else {
            throw Refusal(code: -32601, message: "Method not found: clients cannot be asked this")
        }
        let can = abilities.set
        switch method {
        case .roots:
            guard can.contains(.roots) else { throw undeclared("roots") }
        case .sampling:
            guard can.contains(.sampling) else { throw undeclared("sampling") }
            guard params?["messages"]?.array != nil else { throw Refusal(code: -32602, message: "Invalid params: messages") }
            if let context = params?["includeContext"], context.string != "none", !can.contains(.samplingContext) {
                throw Refusal(code: -32602, message: "the client did not declare sampling.context")
            }
            if params?["tools"] != nil || params?["toolChoice"] != nil, !can.contains(.samplingTools) {
                throw Refusal(code: -32602, message: "the client did not declare sampling.tools")
            }
        case .elicitation:
            guard !can.isDisjoint(with: [.form, .url]) else { throw undeclared("elicitation") }
            try judgeElicitation(params, can)
        }
        return Ask(id: id, method: method, params: params, origin: origin)
    }

    private static func undeclared(_ what: String) -> Refusal {
        Refusal(code: -32601, message: "Method not found: the client did not declare \(what)")
    }

    private static func judgeElicitation(_ params: JSON?, _ can: ClientAbilities.Set) throws(Refusal) {
        guard params?["message"]?.string != nil else { throw Refusal(code: -32602, message: "Invalid params: message") }
        switch params?["mode"].map({ $0.string ?? "" }) ?? "form" {
        case "form":
            guard can.contains(.form) else { throw Refusal(code: -32602, message: "the client did not declare elicitation.form") }
            guard params?["requestedSchema"]?.object != nil else {
                throw Refusal(code: -32602, message: "Invalid params: requestedSchema")
            }
        case "url":
            guard can.contains(.url) else { throw Refusal(code: -32602, message: "the client did not declare elicitation.url") }
            guard let url = params?["url"]?.string, isSafe(url) else {
                throw Refusal(code: -32602, message: "Invalid params: url must be an https URL, or an http one of this machine")
            }
        default: throw Refusal(code: -32602, message: "Invalid params: mode")
        }
    }

    /// Only what a person can be sent to: https, or http to loopback. `javascript:`, `file:`, `data:` and their like are attacks; so are
    /// control characters, and names and passwords in front of the host, which hide where a link goes.
    package static func isSafe(_ url: String) -> Bool {
        guard url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else { return false }
        let lower = url.lowercased()
        let rest: Substring
        let isPlain: Bool
        if lower.hasPrefix("https://") {
            (rest, isPlain) = (lower.dropFirst(8), false)
        } else if lower.hasPrefix("http://") {
            (rest, isPlain) = (lower.dropFirst(7), true)
        } else {
            return false
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@") else { return false }
        var host = authority.prefix { $0 != ":" }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            host = authority[...end]
        }
        // Behind the host stands a port or nothing: `[::1].example.com` is no name of this machine.
        let port = authority[host.endIndex...]
        guard !host.isEmpty, port.isEmpty || port.first == ":" && port.dropFirst().allSatisfy(\.isNumber) else { return false }
        return !isPlain || ["localhost", "127.0.0.1", "[::1]"].contains(String(host))
    }

    // MARK: how it is told

    /// The question as a request towards a client of the legacy era, id and all.
    func request(_ id: UInt64) -> ByteBuffer {
        var shown = params
        // A link needs an id there; servers of the modern era give none.
        if method == .elicitation, params?["mode"]?.string == "url", params?["elicitationId"] == nil {
            shown?.set(key: "elicitationId", value: .string("peta-\(id)"))
        }
        var message: JSON = ["jsonrpc": "2.0", "id": .number(String(id)), "method": .string(method.rawValue)]
        if let shown { message.set(key: "params", value: shown) }
        return ByteBuffer(bytes: message.bytes)
    }

    /// The question as an entry of `inputRequests` towards a client of the modern era.
    package var input: JSON {
        var shown = params
        shown?.remove("elicitationId")
        if var meta = shown?["_meta"], meta.remove("progressToken") { shown?.set(key: "_meta", value: meta) }
        var entry: JSON = ["method": .string(method.rawValue)]
        if let shown { entry.set(key: "params", value: shown) }
        return entry
    }
}
