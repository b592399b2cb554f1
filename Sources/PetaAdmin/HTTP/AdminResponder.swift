import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PetaAdminAPI
import PetaCrypto
import PetaIdentity
import PetaSocket

/// Takes each request from the socket to its answer: who asks, what for, may it, do it, record it, answer.
struct AdminResponder: HTTPResponder {
    typealias Context = AdminContext

    let basis: AdminBasis
    let authority: PeerAuthority
    let clock: @Sendable () -> Date

    func respond(to request: Request, context: AdminContext) async throws -> Response {
        do {
            guard let found = try? await PeerCredentials.of(context.channel).get() else {
                throw AdminError(.notPermitted, "the gateway cannot tell who asks")
            }
            let peer = LocalPeer(uid: found.uid, pid: found.pid)
            guard let role = authority.role(of: peer.uid) else {
                context.logger.warning("refused a local process", metadata: ["uid": "\(peer.uid)", "pid": "\(peer.pid)"])
                throw AdminError(
                    .notPermitted, "the user with id \(peer.uid) may not administer this gateway",
                    hint: "run this as the gateway's own user or as root, or become a member of the group 'peta'")
            }
            let (route, admin) = try route(request, Principal.admin(uid: peer.uid, pid: peer.pid, role: role))
            let command = HTTPField.Name(AdminClient.commandHeader).flatMap { CommandWords.read(request.headers[$0]) }
            let act = isAct(route, admin) ? ActDraft(clock(), peer, role, command, route, admin) : nil
            if !route.isInterruptible {
                // A task of its own, awaited at once: what has begun is carried through and recorded, whoever goes away.
                let answer = try await Task { try await self.answer(route, admin, act, request.body) }.value
                return respond(answer, request)
            }
            // The connection is read on, to notice that the peer goes away, and cannot be used for another request.
            let answer = try await request.body.consumeWithCancellationOnInboundClose { body in
                try await self.answer(route, admin, act, body)
            }
            var response = respond(answer, request)
            response.headers[.connection] = "close"
            return response
        } catch {
            return refuse(AdminFailure(reducing: error), request, context.logger)
        }
    }

    private func route(_ request: Request, _ principal: Principal) throws -> (AdminRoute, AdminRequest) {
        let target = try AdminTarget(request.head.path ?? "")
        switch AdminRoutes.find(method: request.method.rawValue, path: target.segments) {
        case .route(let route, let values):
            if let unknown = target.parameters.keys.sorted().first(where: { !route.parameters.contains($0) }) {
                throw AdminError(.invalidArgument, "there is no parameter '\(unknown)' here")
            }
            return (route, AdminRequest(principal: principal, path: values, parameters: target.parameters))
        case .otherMethods(let methods):
            throw AdminFailure(
                AdminError(
                    .invalidArgument, "\(request.method.rawValue) does not work here", hint: "use \(methods.joined(separator: " or "))"),
                status: 405)
        case .nothing:
            throw AdminError(.notFound, "the gateway has nothing at this path", hint: "see peta-admin(7)")
        }
    }

    private func isAct(_ route: AdminRoute, _ request: AdminRequest) -> Bool {
        switch route.kind {
        case .read: false
        case .act, .namedAct, .ownAct: true
        // Anything but a plain no: a value that cannot be read is refused later, and recorded.
        case .actWhen(let parameter, _): request.parameters[parameter].map { $0 != "false" } ?? false
        }
    }

    /// Reads the body, does the work, and when it is an act commits its record before anything is answered.
    private func answer(_ route: AdminRoute, _ request: AdminRequest, _ draft: ActDraft?, _ body: RequestBody) async throws -> AdminAnswer {
        switch route.handler {
        case .open(let handler):
            return try await basis.stage.use { parts in
                try await record(parts.recorder, draft) {
                    try await perform(route, request, body, draft) { try await handler($0, parts) }
                }
            }
        case .vault(let handler):
            return try await basis.stage.use { parts in
                try await record(parts.recorder, draft) {
                    try await perform(route, request, body, draft) { try await handler($0, basis.vault) }
                }
            }
        case .always(let handler):
            do {
                return try await perform(route, request, body, draft) { try await handler($0, basis) }
            } catch {
                // Where it went well, the handler has had it recorded. While the vault is sealed nothing can be.
                if let draft, let parts = basis.stage.parts { try? await commit(draft, .failure(error), parts.recorder) }
                throw error
            }
        }
    }

    private func record(_ recorder: any ActRecorder, _ draft: ActDraft?, _ body: () async throws -> AdminAnswer) async throws -> AdminAnswer
    {
        guard let draft else { return try await body() }
        guard recorder.isWritable else {
            throw AdminError(
                .unavailable, "the audit log cannot be written, so nothing is changed until it can", hint: "'peta status' says why")
        }
        let result: Result<AdminAnswer, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        try await commit(draft, result.map { _ in () }, recorder)
        return try result.get()
    }

    private func commit(_ draft: ActDraft, _ result: Result<Void, any Error>, _ recorder: any ActRecorder) async throws {
        let record = draft.finish(result, at: clock())
        do {
            // Also when the peer is gone and this task cancelled.
            try await Task { try await recorder.record(record) }.value
        } catch {
            throw AdminFailure(
                AdminError(
                    .unavailable, "the audit record of this request could not be written, so its outcome is withheld",
                    hint: "'peta status' says why"),
                cause: error)
        }
    }

    private func perform(
        _ route: AdminRoute, _ request: AdminRequest, _ body: RequestBody, _ draft: ActDraft?,
        _ handler: (AdminRequest) async throws -> AdminAnswer
    ) async throws -> AdminAnswer {
        switch route.kind {
        case .actWhen(_, let what?) where draft != nil: try OwnerRule.check(request.principal, what)
        case .namedAct(_, let what): try OwnerRule.check(request.principal, what)
        default: break
        }
        var request = request
        if route.method != "GET" {
            request.body = try await read(body, limit: route.bodyLimit, isSecret: route.body == .secret)
            guard route.body != .none || request.body.isEmpty else { throw AdminError(.invalidArgument, "this request has no body") }
        }
        defer { if route.body == .secret { wipe(&request.body) } }
        if let draft {
            draft.learn(from: request)
            request.concern = draft.concern
            request.commit = { recorder in try await commit(draft, .success(()), recorder) }
        }
        return try await handler(request)
    }

    /// A body that is too large is read to its end all the same, within reason: most clients read no answer before they have sent all.
    private func read(_ body: RequestBody, limit: Int, isSecret: Bool) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        // An array that grows leaves copies behind.
        if isSecret { bytes.reserveCapacity(limit) }
        var count = 0
        for try await piece in body {
            count += piece.readableBytes
            if count <= limit {
                bytes.append(contentsOf: piece.readableBytesView)
            } else {
                bytes = []
                if count > 64 << 20 { break }
            }
        }
        guard count <= limit else { throw AdminFailure.bodyTooLarge(limit) }
        return bytes
    }

    // MARK: Answers

    private func respond(_ answer: AdminAnswer, _ request: Request) -> Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        switch answer {
        case .nothing: return Response(status: .noContent, headers: headers)
        case .json(let bytes, let status):
            headers[.contentType] = "application/json"
            return Response(status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .secret(let value):
            headers[.contentType] = "application/octet-stream"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: value.withUnsafeBytes { ByteBuffer(bytes: $0) }))
        case .lines(let lines):
            return stream("application/x-ndjson", headers, request) { write in
                try await lines.forEach { try await write($0 + [UInt8(ascii: "\n")]) }
            }
        case .bytes(let bytes):
            for field in bytes.fields { if let name = HTTPField.Name(field.name) { headers[name] = field.value } }
            return stream(bytes.type, headers, request, isWholeOrBroken: true, bytes.forEach)
        }
    }

    /// Writes what comes until it ends, the peer goes away, or the vault is sealed.
    private func stream(
        _ type: String, _ headers: HTTPFields, _ request: Request, isWholeOrBroken: Bool = false,
        _ forEach: @escaping @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        let body = request.body
        let stage = basis.stage
        return Response(
            status: .ok, headers: headers,
            body: .init { writer in
                try await body.consumeWithCancellationOnInboundClose { _ in
                    let hasRun = try await stage.stream {
                        try await forEach { try await writer.write(ByteBuffer(bytes: $0)) }
                    }
                    // The vault was sealed before it began.
                    if !hasRun, isWholeOrBroken { throw AdminStage.sealed }
                }
                try await writer.finish(nil)
            })
    }

    private func refuse(_ failure: AdminFailure, _ request: Request, _ logger: Logger) -> Response {
        if let cause = failure.cause {
            logger.error("an admin request failed", metadata: ["method": "\(request.method)", "cause": "\(cause)"])
        }
        let bytes = (try? AdminJSON.encode(failure.error)) ?? []
        var headers: HTTPFields = [.cacheControl: "no-store", .contentType: "application/json"]
        // What the peer still sends is of no interest.
        if failure.status == 413 { headers[.connection] = "close" }
        return Response(status: .init(code: failure.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
