internal import Logging
internal import NIOCore
package import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// Where sessions are kept over restarts.
package struct SessionFile: Sendable {
    let path: String
    let key: SecretBytes

    /// - Parameter key: for this purpose alone.
    package init(path: String, key: SecretBytes) {
        self.path = path
        self.key = key
    }
}

/// Brings sessions back at the start, and keeps their file and their logs in bounds from then on. One caller at a time.
struct SessionKeeper {
    private let shared: GatewayShared

    init(_ shared: GatewayShared) { self.shared = shared }

    /// Brings back the sessions that may go on, and begins a new file with them. Before anyone is served.
    func restore(_ file: SessionFile) throws {
        let limits = shared.streams.limits
        var replay = SessionReplay(limits)
        switch SessionJournal.read(file.path, key: file.key, { replay.apply($0) }) {
        case .whole, .missing: break
        case .torn(let place): shared.logger.warning("the file of sessions is damaged; what follows is lost", metadata: ["at": "\(place)"])
        case .foreign:
            shared.logger.warning("the file of sessions is not this vault's; no session comes back", metadata: ["file": "\(file.path)"])
        }
        let principals = shared.identity.snapshot.principalsByToken()
        var count = 0
        // In the order in which they began, should there be more than may live.
        for (_, found) in replay.sessions.sorted(by: { $0.key < $1.key }) where revive(found, principals, limits) { count += 1 }
        let logger = shared.logger
        let journal = try SessionJournal(
            path: file.path, key: file.key, grown: shared.streams.wantsUpkeep,
            failed: { failure in
                if let failure {
                    logger.error(
                        "sessions are not kept over a restart: their file cannot be written", metadata: ["error": "\(failure.text)"])
                } else {
                    logger.notice("the file of sessions can be written again")
                }
            },
            writeAll)
        shared.streams.use(journal)
        if count > 0 { logger.info("sessions came back", metadata: ["count": "\(count)"]) }
    }

    private func revive(_ found: SessionReplay.Found, _ principals: [String: Principal], _ limits: StreamLimits) -> Bool {
        let now = shared.streams.clock()
        let image = found.image
        // A clock that was set back makes nobody older.
        let idle = max(0, now - image.kept.used)
        guard idle < Int64(shared.current.sessionIdleSeconds), let revision = ProtocolRevision(rawValue: image.revision),
            let principal = image.tokenID.flatMap({ principals[$0] })
                ?? image.uid.flatMap({ shared.identity.snapshot.principal(uid: $0) }),
            principal.userID == image.userID
        else { return false }
        var log = found.log
        for stream in log.calls where stream.isOpen {
            // The call died with the process; its audit record says `stopped`.
            let ending = stream.request.withUnsafeBytes {
                RPC.error(id: $0, code: -32603, message: "The gateway stopped before the answer came")
            }
            let isAnswered = log.events.contains { $0.id.stream == stream.number && Self.isAnswer($0.message, to: stream.request) }
            if !isAnswered { _ = log.append(Array(ending.readableBytesView), to: stream.number, at: now, limits) }
            log.close(stream.number)
        }
        log.finishRestoring()
        log.trim(at: now, limits)
        let session = Session(
            id: image.id, principal: principal, revision: revision, clientName: image.clientName, clientVersion: image.clientVersion,
            clientCapabilities: image.capabilities.flatMap { try? JSON.parse($0) }, qualifiedNames: image.qualifiedNames,
            streams: SessionStreams(shared.streams, primes: revision == .november2025, log: log, kept: image.kept),
            now: .now() - .seconds(idle))
        return shared.sessions.restore(session)
    }

    private static func isAnswer(_ message: [UInt8], to request: [UInt8]) -> Bool {
        message.withUnsafeBytes { bytes in
            guard let scan = try? ByteBuffer(bytes: bytes).scanMessage(), scan.kind == .result || scan.kind == .error else { return false }
            return scan.id.slice(of: bytes).elementsEqual(request)
        }
    }

    private func writeAll(_ out: (SessionEntry) throws -> Void) throws {
        for session in shared.sessions.all() { try session.streams.write(session.image, out) }
    }

    /// Drops what is too old, writes down who was there, and writes the file anew when it has grown. Now and then.
    func keepUp() {
        let now = NIODeadline.now()
        let step = Int64(max(1, min(60, shared.current.sessionIdleSeconds / 16)))
        for session in shared.sessions.all() { session.keepUp(now, step: step) }
        guard let journal = shared.streams.journal, journal.isGrown else { return }
        do {
            try journal.rewrite(writeAll)
        } catch {
            shared.logger.error(
                "the file of sessions cannot be written anew",
                metadata: ["error": "\((error as? SealedFile.Failure)?.text ?? "\(error)")"])
        }
    }

    /// Keeps the sessions for the next start as they are now.
    func stop() {
        let now = NIODeadline.now()
        for session in shared.sessions.all() { session.keepUp(now, step: 1) }
        shared.streams.journal?.stop()
    }
}
