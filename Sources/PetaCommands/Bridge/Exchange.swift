import Glibc
import PetaAdminAPI

/// One request to the gateway with its answer, on a connection of its own that never blocks.
final class Exchange {
    enum Purpose: Equatable {
        /// Opens a session; `again` when the one before was lost, which the client does not see.
        case initialize(again: Bool)
        case message
        /// What the gateway says without being asked.
        case stream
        /// The rest of an answer whose connection ended.
        case resume
        /// A new look at the tools, because a call lacked a header field. Its `message` and `line` are the call's.
        case relist
        /// Ends a session, and with it the bridge if this is its last.
        case farewell(isLast: Bool)
    }

    let purpose: Purpose
    let descriptor: Int32
    let message: BridgeMessage?
    /// The message itself, until it is known that it need not be sent again.
    var line: [UInt8]
    /// The ids that still need an answer.
    var waiting: Set<String>
    /// Ids of requests that the client cancelled: their answers are not wanted.
    var muted: Set<String> = []
    /// It went through the session that was open then.
    let usedSession: String?
    /// It was sent before, and its session was gone.
    var isRetry = false
    /// How often its answer was taken up again without any progress.
    var attempts = 0
    /// Where its answer can be taken up again.
    var resumeID: String?
    /// Of a new look at the tools: the refusal that led to it, the page that came, and how many came before.
    var refusal: [UInt8] = []
    var page: [UInt8] = []
    var pages = 0

    private(set) var head: ResponseHead?
    private(set) var events: EventReader?
    private(set) var body: [UInt8] = []
    private var reader = AnswerReader()
    private var unsent: ArraySlice<UInt8>

    /// Bytes of one message of the gateway.
    static let largest = 64 << 20

    init(
        _ purpose: Purpose, _ descriptor: Int32, request: [UInt8], message: BridgeMessage? = nil, line: [UInt8] = [], session: String? = nil
    ) {
        self.purpose = purpose
        self.descriptor = descriptor
        self.message = message
        self.line = line
        usedSession = session
        waiting = Set(message?.isAsking == true ? message?.ids ?? [] : [])
        unsent = request[...]
    }

    var isModern: Bool { message?.version != nil }
    var hasUnsent: Bool { !unsent.isEmpty }
    /// The connection can carry another request.
    var isReusable: Bool { unsent.isEmpty && head?.keepsAlive == true }

    /// Sends what can be sent now. False when the connection is gone.
    func send() -> Bool {
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                // A gateway that refuses may answer before it has read everything, and what it said is still to be read.
                return errno == EINTR || errno == EAGAIN || errno == EPIPE || errno == ECONNRESET
            }
            unsent = unsent.dropFirst(count)
        }
        unsent = []
        return true
    }

    enum News {
        case head
        case message([UInt8])
        /// The answer is whole.
        case end
        /// The connection ended before.
        case lost
        case tooLarge
    }

    /// Reads what is there. `lost`, `tooLarge` and `end` come last.
    func receive() -> [News] {
        var news: [News] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // Others have their turn too.
        for _ in 0..<16 {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return news }
            guard count > 0 else { return news + [count == 0 && reader.close() ? .end : .lost] }
            do {
                for part in try reader.take(chunk[..<count]) {
                    switch part {
                    case .head(let head):
                        self.head = head
                        if head.status == 200, head.fields["content-type"]?.lowercased().hasPrefix("text/event-stream") == true {
                            events = EventReader(limit: Self.largest)
                        }
                        news.append(.head)
                    case .body(let piece):
                        guard events == nil else {
                            for event in try events?.take(piece) ?? [] { news.append(.message(event)) }
                            resumeID = events?.lastID ?? resumeID
                            continue
                        }
                        body += piece
                        guard body.count <= Self.largest else { return news + [.tooLarge] }
                    case .end: return news + [.end]
                    }
                }
            } catch is EventReader.TooLarge {
                return news + [.tooLarge]
            } catch {
                return news + [.lost]
            }
        }
        return news
    }
}
