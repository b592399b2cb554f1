internal import NIOCore
internal import PetaWire

/// The gateway's own requests to a server: handshake, lists, log level.
struct OwnRequests: Sendable {
    let context: DownstreamContext
    let home: Int
    let redaction: (any Redaction)?

    /// Sends one message and gives the message that answers it, whole; an empty one for a notification.
    func send(
        _ method: String, _ params: JSON?, over link: any Link, form: Exchange.Form, timeout: TimeAmount? = nil, status: HTTPStatus? = nil
    ) async throws -> (message: [UInt8], session: String?) {
        let exchange = exchange(method, params, era: link.era, form: form)
        defer { status?.value = exchange.status }
        let answer = try await exchange.run(over: link, timeout: timeout ?? context.startTimeout)
        return (answer, exchange.session)
    }

    /// A message as it is sent in this era.
    func exchange(_ method: String, _ params: JSON?, era: Era, form: Exchange.Form = .request) -> PromiseExchange {
        let id = context.ids.one()
        let exchange = PromiseExchange(
            loop: context.loops[home], loopIndex: home, id: id, form: form, payload: message(method, params, id: id, era: era, form: form))
        if era.isModern { exchange.fields = Self.fields(method) }
        exchange.isProbe = method == "server/discover"
        return exchange
    }

    /// The bytes of a message; in the modern era a request has its envelope.
    func message(_ method: String, _ params: JSON?, id: UInt64, era: Era, form: Exchange.Form = .request) -> [UInt8] {
        var message: JSON = ["jsonrpc": "2.0"]
        var params = params
        if form == .request {
            message.set(key: "id", value: .number(String(id)))
            if case .modern(let revision) = era {
                var enveloped = params ?? [:]
                enveloped.set(key: "_meta", value: Envelope.own(software: context.software, revision: revision))
                params = enveloped
            }
        }
        message.set(key: "method", value: .string(method))
        if let params { message.set(key: "params", value: params) }
        return message.bytes
    }

    /// The header fields of a request that names nothing.
    static func fields(_ method: String) -> [UInt8] {
        var fields: [UInt8] = []
        Array(method.utf8).withUnsafeBytes { ModernFields.append(method: $0, name: nil, into: &fields) }
        return fields
    }

    /// Sends a request and gives its result.
    func request(
        _ method: String, _ params: JSON?, over link: any Link, status: HTTPStatus? = nil
    ) async throws -> (result: JSON, session: String?) {
        let (bytes, session) = try await send(method, params, over: link, form: .request, status: status)
        let message: JSON
        do {
            message = try read(bytes)
        } catch {
            throw DownstreamFailure.badAnswer("the answer to \(method) cannot be read: \(error.message)")
        }
        if let error = message["error"] {
            throw DownstreamFailure.badAnswer("\(method) was refused: \(error["message"]?.string?.prefix(300) ?? "no message")")
        }
        guard let result = message["result"] else { throw DownstreamFailure.badAnswer("the answer to \(method) has no result") }
        return (result, session)
    }

    /// Descriptions and errors go to clients and logs: a credential that a server quotes in them goes out here.
    func read(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        let clean = bytes.withUnsafeBytes { redaction?.redact($0) }
        return try JSON.parse(clean ?? bytes, limits: JSONLimits(bytes: context.resultLimit, nodes: 4_000_000))
    }
}
