/// What of a session outlives the process, besides its streams.
package struct SessionImage: Equatable, Sendable {
    package var id: String
    package var tokenID: String?
    package var userID: String
    /// The user of this machine who opened it, where no token did.
    package var uid: UInt32?
    package var revision: String
    package var clientName: String?
    package var clientVersion: String?
    /// JSON, as the client declared them.
    package var capabilities: [UInt8]?
    package var qualifiedNames: Bool
    package var kept = Kept()

    /// What changes while it lives.
    package struct Kept: Equatable, Sendable {
        /// When it was in use last, as far as it was written down; in seconds since 1970.
        package var used: Int64 = 0
        /// The log level that it asked for.
        package var level: String?
        /// URIs of resources that it subscribed to.
        package var subscriptions: [String] = []

        package init() {}
    }

    package init(
        id: String, tokenID: String?, userID: String, revision: String, clientName: String?, clientVersion: String?, capabilities: [UInt8]?,
        qualifiedNames: Bool
    ) {
        self.id = id
        self.tokenID = tokenID
        self.userID = userID
        self.revision = revision
        self.clientName = clientName
        self.clientVersion = clientVersion
        self.capabilities = capabilities
        self.qualifiedNames = qualifiedNames
    }
}

/// One line of the journal of sessions. The number is the session's in this file.
package enum SessionEntry: Equatable, Sendable {
    /// It begins, or all that was said of it before is replaced by this and what follows.
    case session(UInt64, SessionImage)
    /// A stream as it stands; the events that it holds follow.
    case stream(UInt64, StreamLog.Stream)
    /// How far the general stream was sent, and the number of the next one.
    case progress(UInt64, sent: UInt64, nextNumber: UInt32)
    /// `message` is nil for an event that was sent and is not held.
    case event(UInt64, EventID, message: [UInt8]?, at: Int64, isSent: Bool)
    /// An event that a stream as it stands holds.
    case held(UInt64, EventID, message: [UInt8], at: Int64)
    case closed(UInt64, UInt32)
    case kept(UInt64, SessionImage.Kept)
    case ended(UInt64)

    package var session: UInt64 {
        switch self {
        case .session(let number, _), .stream(let number, _), .progress(let number, _, _), .event(let number, _, _, _, _),
            .held(let number, _, _, _), .closed(let number, _), .kept(let number, _), .ended(let number):
            number
        }
    }
}
