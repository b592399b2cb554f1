package import PetaCrypto
internal import Synchronization

/// Rings for calls that wait and for reviewers that watch.
package final class ApprovalBell: Sendable {
    private struct State {
        var calls: [SHA256Digest: [UInt64: @Sendable () -> Void]] = [:]
        var reviewers: [UInt64: AsyncStream<ApprovalTold>.Continuation] = [:]
        var notices: [ApprovalNotice] = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    /// A reviewer that is so far behind is let go, and comes back for a fresh look.
    static let backlog = 4096
    /// Notices that a new reviewer still sees.
    static let remembered = 200

    package init() {}

    /// Calls `wake` once something has happened to the request of this call, from any thread; until ``stop(_:of:)``.
    package func wait(for digest: SHA256Digest, _ wake: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.calls[digest, default: [:]][state.next] = wake
            return state.next
        }
    }

    /// Not called any more, but for a call that is under way.
    package func stop(_ number: UInt64, of digest: SHA256Digest) {
        state.withLock { state in
            state.calls[digest]?[number] = nil
            if state.calls[digest]?.isEmpty == true { state.calls[digest] = nil }
        }
    }

    /// How many calls wait.
    package var waiting: Int { state.withLock { $0.calls.values.reduce(0) { $0 + $1.count } } }

    /// What happens from now on, in order, behind the notices that are remembered. Ends when its reader falls far behind.
    package func follow() -> AsyncStream<ApprovalTold> {
        let (stream, feed) = AsyncStream.makeStream(of: ApprovalTold.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        let number = state.withLock { state in
            state.next += 1
            for notice in state.notices { feed.yield(.notice(notice)) }
            state.reviewers[state.next] = feed
            return state.next
        }
        feed.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.reviewers.removeValue(forKey: number) } }
        return stream
    }

    /// A call of danger level `notify` has run.
    package func note(_ notice: ApprovalNotice) {
        let feeds = state.withLock { state in
            if state.notices.count >= Self.remembered { state.notices.removeFirst() }
            state.notices.append(notice)
            return Array(state.reviewers.values)
        }
        for feed in feeds { Self.tell(feed, .notice(notice)) }
    }

    func ring(_ happening: Approvals.Happening) {
        let digest = happening.digest ?? happening.approval.call.digest
        let (calls, feeds) = state.withLock { state in
            (state.calls[digest].map { Array($0.values) } ?? [], Array(state.reviewers.values))
        }
        for wake in calls { wake() }
        for feed in feeds { Self.tell(feed, .news(happening.news, happening.approval)) }
    }

    private static func tell(_ feed: AsyncStream<ApprovalTold>.Continuation, _ told: ApprovalTold) {
        if case .dropped = feed.yield(told) { feed.finish() }
    }
}

/// What reviewers are told.
package enum ApprovalTold: Sendable {
    case news(Approval.News, Approval)
    case notice(ApprovalNotice)
}

/// A call that reviewers see though nobody had to be asked.
package struct ApprovalNotice: Sendable, Equatable {
    package let request: String
    /// Milliseconds since 1970.
    package let time: Int64
    package let user: String
    package let server: String
    package let tool: String

    package init(request: String, time: Int64, user: String, server: String, tool: String) {
        self.request = request
        self.time = time
        self.user = user
        self.server = server
        self.tool = tool
    }
}
