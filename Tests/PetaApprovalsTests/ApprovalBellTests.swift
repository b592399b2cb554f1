import PetaApprovals
import Synchronization
import Testing

@Suite("Who is told of approvals")
struct ApprovalBellTests {
    @Test("a waiting call is woken by every change of its own request, and by no other")
    func woken() async throws {
        try await Desk().withApprovals { approvals, _ in
            let woken = Counter()
            let number = approvals.bell.wait(for: transfer().digest) { _ = woken.next() }
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.enter(transfer(2), request: "r")
            #expect(woken.value == 1)
            _ = try await approvals.decide(id, yes(), users: [])
            #expect(woken.value == 2)
            approvals.bell.stop(number, of: transfer().digest)
            _ = try await approvals.enter(transfer(), request: "r")
            #expect(woken.value == 2 && approvals.bell.waiting == 0)
        }
    }

    @Test("a reviewer is told everything in order, with the arguments")
    func told() async throws {
        try await Desk().withApprovals { approvals, _ in
            var stream = approvals.bell.follow().makeAsyncIterator()
            let id = try #require(try await approvals.enter(transfer(approvers: 2), request: "r").approval?.id)
            _ = try await approvals.decide(id, yes("a"), users: [])
            _ = try await approvals.decide(id, yes("b"), users: [])
            _ = try await approvals.enter(transfer(approvers: 2), request: "r")
            await approvals.release(id, request: "r")
            _ = try await approvals.enter(transfer(approvers: 2), request: "s")
            await approvals.fail(id, request: "s", reason: "lost")
            var words: [String] = []
            for _ in 0..<7 {
                guard case .news(let news, let approval)? = await stream.next() else { break }
                words.append(news.rawValue)
                #expect(approval.call.arguments == transfer().arguments)
            }
            #expect(words == ["created", "vote", "decided", "executing", "released", "executing", "failed"])
        }
    }

    @Test("a reviewer that reads nothing is let go, and holds up nobody")
    func slow() async throws {
        let bell = ApprovalBell()
        let stream = bell.follow()
        for number in 0..<10_000 { bell.note(ApprovalNotice(request: "\(number)", time: 0, user: "u", server: "s", tool: "t")) }
        var read = 0
        for await _ in stream { read += 1 }
        #expect(read > 0 && read < 10_000)
        var later = bell.follow().makeAsyncIterator()
        guard case .notice(let notice)? = await later.next() else {
            Issue.record("what is remembered was not told")
            return
        }
        #expect(notice.request == "9800")
    }
}
