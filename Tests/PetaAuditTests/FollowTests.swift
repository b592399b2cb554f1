import Foundation
import GRDB
import PetaAudit
import PetaStore
import Testing

@Suite("Following the log")
struct FollowTests {
    @Test("a follower gets every record in order, however far it is behind, and the end when the log stops")
    func everything() async throws {
        try await Place().withLog { log, _ throws in
            let follower = Task { [stream = log.follow()] in
                var seqs: [Int64] = []
                for await record in stream { seqs.append(record.seq) }
                return seqs
            }
            for n in 0..<40 { try await log.commit((0..<25).map { call("r\(n)-\($0)") }) }
            log.stop()
            #expect(await follower.value == Array(1...1000))
        }
    }

    @Test("a follower from a number begins behind it, one without a number at the present end")
    func positions() async throws {
        try await Place().withLog { log, _ throws in
            try await log.commit((0..<5).map { call("r\($0)") })
            var old = log.follow(after: 2).makeAsyncIterator()
            var new = log.follow().makeAsyncIterator()
            #expect(await old.next()?.seq == 3)
            try await log.commit([call("next")])
            #expect(await new.next()?.seq == 6)
            for seq: Int64 in 4...6 { #expect(await old.next()?.seq == seq) }
        }
    }

    @Test("a follower that waits is woken by a commit")
    func woken() async throws {
        try await Place().withLog { log, _ throws in
            let waiting = Task { [stream = log.follow()] in
                for await record in stream { return record.seq }
                return -1
            }
            await Task.yield()
            try await log.commit([call("a")])
            #expect(await waiting.value == 1)
        }
    }

    @Test("cancelling ends a follower that waits")
    func cancelled() async throws {
        try await Place().withLog { log, _ throws in
            let waiting = Task { [stream = log.follow()] in
                for await record in stream { return record.seq }
                return -1
            }
            await Task.yield()
            waiting.cancel()
            #expect(await waiting.value == -1)
        }
    }

    @Test("removed rows do not make a follower spin or end")
    func removed() async throws {
        try await Place().withLog { log, store throws in
            try await log.commit((0..<5).map { call("r\($0)") })
            try store.writeSync { try $0.execute(sql: "DELETE FROM audit") }
            let waiting = Task { [stream = log.follow(after: 0)] in
                for await record in stream { return record.seq }
                return -1
            }
            await Task.yield()
            try await log.commit([call("next")])
            #expect(await waiting.value == 6)
        }
    }
}
