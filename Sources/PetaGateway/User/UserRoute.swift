internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaCrypto
internal import PetaIdentity
internal import PetaStore
internal import PetaWire

/// The user API, `/user`: JSON over the listeners of MCP, for whoever `/mcp` would let in. What changes something is recorded as the user's
/// own act before it is answered.
///
/// To remove it: this folder, its routes in `CodecSide`, and the daemon's use of `Gateway+Rights`.
struct UserRoute: Sendable {
    let contexts: [LoopContext]

    /// What can be asked for.
    enum Part { case own, capabilities, preferences, sessions }

    /// Bytes of a body.
    private static let bodyLimit = 1 << 20

    func respond(_ request: Request, _ channel: any Channel, _ part: Part) async throws -> Response {
        guard let context = contexts.first(where: { $0.loop === channel.eventLoop }) else { throw HTTPError(.internalServerError) }
        let end = try await Peer.of(channel).get()
        // Who it is comes first: nothing of a body is gathered for a stranger.
        let principal: Principal
        let (peer, admission) = try await CodecRoute.admission(request, end, context)
        switch admission {
        case .refused(let reply): return CodecRoute.answer(reply)
        case .admitted(let found): principal = found
        }
        context.shared.identity.touch(principal)
        // Counted with the requests of MCP: there is one rate, wherever it is used up.
        let over = try await context.loop.submit {
            let over = context.overRate(principal, ip: peer.ip)
            if let over { context.note(over, principal, address: peer.address) }
            return over
        }.get()
        if let over {
            var response = Self.refuse(AdminError(.tryAgain, "too many requests: \(over.words)"))
            response.headers[.retryAfter] = String(over.seconds)
            response.headers[.connection] = "close"
            return response
        }
        guard request.uri.query == nil else { return Self.refuse(AdminError(.invalidArgument, "there are no parameters here")) }
        switch (request.method, part) {
        case (.get, _): return try await read(part, principal, context)
        case (.put, .preferences), (.patch, .preferences): return try await change(request, principal, peer, context)
        default:
            return Response(
                status: .methodNotAllowed, headers: [.allow: part == .preferences ? "GET, PUT, PATCH" : "GET", .connection: "close"])
        }
    }

    private func read(_ part: Part, _ principal: Principal, _ context: LoopContext) async throws -> Response {
        let snapshot = try await context.loop.submit { context.snapshot }.get()
        let desk = UserDesk(shared: context.shared, snapshot: snapshot, principal: principal)
        let bytes =
            switch part {
            case .own: try AdminJSON.encode(desk.own())
            case .capabilities: try AdminJSON.encode(desk.capabilities())
            case .preferences: try AdminJSON.encode(desk.preferences())
            case .sessions: try AdminJSON.encode(desk.sessions())
            }
        return Self.answer(bytes)
    }

    // MARK: changes

    private func change(_ request: Request, _ principal: Principal, _ peer: Peer, _ context: LoopContext) async throws -> Response {
        guard let type = request.headers[.contentType], MediaTypes.isJSON(type) else {
            return CodecRoute.answer(Admission.plain(415, "Content-Type must be application/json"))
        }
        let body: [UInt8]
        do {
            body = Array(try await request.body.collect(upTo: Self.bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            return CodecRoute.answer(Admission.plain(413, "The body is larger than \(Self.bodyLimit) bytes"))
        }
        // In a task of its own, awaited at once: what has begun is carried through and recorded, whoever goes away.
        return await Task { await self.change(body, replacing: request.method == .put, principal, peer, context) }.value
    }

    private func change(_ body: [UInt8], replacing: Bool, _ principal: Principal, _ peer: Peer, _ context: LoopContext) async -> Response {
        let shared = context.shared
        guard shared.audit.isWritable else {
            return Self.refuse(AdminError(.unavailable, "the audit cannot be written, so nothing is changed until it can"))
        }
        let time = Timestamp.now()
        let start = NIODeadline.now()
        var record = AuditRecord(time: time, kind: .admin)
        record.requestID = Random.base64URL(bytes: 12)
        record.user = principal.userID
        record.tokenID = principal.tokenID
        record.address = peer.address
        record.uid = peer.uid
        record.method = "\(replacing ? "PUT" : "PATCH") /user/preferences"
        record.target = principal.userID
        record.detail = principal.role.rawValue
        record.bytesIn = Int64(body.count)
        record.argumentsDigest = body.withUnsafeBytes { SHA256.hash($0) }
        let failure = await attempt(body, replacing, principal, context)
        record.decision = failure?.code == .notPermitted ? .deny : .allow
        record.outcome = failure == nil ? .ok : failure?.code == .notPermitted ? .denied : .error
        record.error = failure?.code.rawValue
        record.duration = (NIODeadline.now() - start).nanoseconds / 1000
        do {
            try await shared.audit.record(record)
        } catch {
            return Self.refuse(AdminError(.unavailable, "the record of this request could not be written, so its outcome is withheld"))
        }
        if let failure { return Self.refuse(failure) }
        do {
            return try await read(.preferences, principal, context)
        } catch {
            return Self.refuse(AdminError(.internal, "the answer could not be made"))
        }
    }

    private func attempt(_ body: [UInt8], _ replacing: Bool, _ principal: Principal, _ context: LoopContext) async -> AdminError? {
        do {
            let snapshot = try await context.loop.submit { context.snapshot }.get()
            // A slow body can outlast a right.
            guard let current = snapshot.identity.current(principal) else {
                return AdminError(.notPermitted, "this user or token may not act any more")
            }
            try await UserDesk(shared: context.shared, snapshot: snapshot, principal: current).setPreferences(body, replacing: replacing)
            return nil
        } catch let error as AdminError {
            return error
        } catch let error as any OperatorError {
            return AdminError(AdminErrorCode(rawValue: error.code) ?? .internal, error.message, hint: error.hint)
        } catch {
            context.shared.logger.error("a request of a user failed", metadata: ["error": "\(error)"])
            return AdminError(.internal, "something went wrong inside the gateway")
        }
    }

    // MARK: answers

    private static func answer(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func refuse(_ error: AdminError) -> Response {
        answer((try? AdminJSON.encode(error)) ?? [], status: .init(code: error.code.httpStatus))
    }
}
