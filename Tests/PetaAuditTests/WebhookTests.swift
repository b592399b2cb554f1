import Foundation
import GRDB
import Logging
import PetaAudit
import PetaCrypto
import PetaOutbound
import PetaStore
import Synchronization
import Testing

@Suite("Delivery of records")
struct WebhookTests {
    /// A receiver that keeps what it takes, and does what it is told with each delivery.
    private final class Receiver: Sendable {
        struct State {
            var taken: [OutboundRequest] = []
            var tries = 0
            var waiting: (Int, CheckedContinuation<Void, Never>)?
            var slept: [Duration] = []
        }

        private let state = Mutex(State())
        /// What the try of this number, from 1, gets; 200 where it says nothing. A negative number: no answer.
        let answers: @Sendable (Int) -> Int

        init(_ answers: @escaping @Sendable (Int) -> Int = { _ in 200 }) { self.answers = answers }

        var taken: [OutboundRequest] { state.withLock { $0.taken } }
        var tries: Int { state.withLock { $0.tries } }
        var slept: [Duration] { state.withLock { $0.slept } }
        var lines: [Int64] { taken.flatMap { Receiver.seqs($0.body) } }

        static func seqs(_ body: [UInt8]) -> [Int64] {
            String(decoding: body, as: UTF8.self).split(separator: "\n").compactMap { line in
                Int64(line.dropFirst(#"{"seq":"#.count).prefix { $0.isNumber })
            }
        }

        var post: AuditPost {
            { request throws(OutboundFailure) in
                let status = self.state.withLock { state in
                    state.tries += 1
                    return self.answers(state.tries)
                }
                // It may take what it does not confirm.
                if status < 300 { self.state.withLock { $0.taken.append(request) } }
                self.wake()
                if status < 0 { throw .timeout }
                return OutboundResponse(status: status, retryAfter: status == 429 ? 77 : nil, body: [], isCut: false)
            }
        }

        var sleep: @Sendable (Duration) async throws -> Void {
            { duration in
                self.state.withLock { $0.slept.append(duration) }
                try Task.checkCancellation()
                await Task.yield()
            }
        }

        /// Returns once the last record that was taken has this number, or a higher one.
        func wait(for seq: Int64) async {
            while (lines.max() ?? 0) < seq {
                let seen = tries
                await withCheckedContinuation { continuation in
                    let isNews = state.withLock { state in
                        if state.tries > seen { return true }
                        state.waiting = (seen, continuation)
                        return false
                    }
                    if isNews { continuation.resume() }
                }
            }
        }

        private func wake() {
            state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting?.1
            }?.resume()
        }
    }

    private static let key = SecretBytes(copying: Array("shared secret".utf8))

    private func settings(_ most: Int = 10, wait seconds: Int = 0) throws -> AuditWebhookSettings {
        AuditWebhookSettings(
            url: try OutboundURL("https://siem.example/in/token"), secret: { Self.key }, batchRecords: most, batchSeconds: seconds,
            timeoutSeconds: 5)
    }

    private func webhook(_ log: AuditLog, _ receiver: Receiver, _ settings: AuditWebhookSettings) -> AuditWebhook {
        AuditWebhook(
            log: log, settings: settings, post: receiver.post, sleep: receiver.sleep,
            logger: Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Runs a webhook while `body` does.
    private func running(_ webhook: AuditWebhook, _ body: () async throws -> Void) async throws {
        let task = Task { await webhook.run() }
        // A new cursor stands at the end that it finds.
        while webhook.status.delivered == nil { await Task.yield() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        try result.get()
    }

    @Test("every record is delivered in order, in batches, signed, from the moment on that it is switched on")
    func order() async throws {
        try await Place().withLog { log, _ in
            try await log.commit((0..<7).map { call("before\($0)") })
            let receiver = Receiver()
            let webhook = webhook(log, receiver, try settings(4))
            try await running(webhook) {
                try await log.commit((0..<9).map { call("r\($0)") })
                await receiver.wait(for: 16)
                try await log.commit([call("late")])
                await receiver.wait(for: 17)
            }
            #expect(receiver.lines == Array(8...17))
            #expect(receiver.taken.allSatisfy { Receiver.seqs($0.body).count <= 4 })
            let first = try #require(receiver.taken.first)
            let fields = Dictionary(uniqueKeysWithValues: first.headers.map { ($0.name, $0.value) })
            #expect(fields["Content-Type"] == "application/x-ndjson" && fields["Peta-Event"] == "audit.records")
            #expect(fields["Peta-First-Seq"] == "8" && fields["Peta-Delivery"] == "\(log.instance)-8-\(fields["Peta-Last-Seq"] ?? "")")
            // As a receiver checks it, from the documentation alone.
            let parts = (fields["Peta-Signature"] ?? "").split(separator: ",").map { $0.split(separator: "=") }
            #expect(parts.count == 2 && parts[0][0] == "t" && parts[1][0] == "v1")
            let signed = Array("\(parts[0][1]).".utf8) + first.body
            let mac = signed.withUnsafeBytes { HMACSHA256(key: Self.key).authenticate([$0]).hex }
            #expect(mac == String(parts[1][1]))
            #expect(abs((Int64(parts[0][1]) ?? 0) - Int64(Date().timeIntervalSince1970)) < 60)
            #expect(webhook.status.failures == 0 && webhook.status.waiting == 0 && webhook.status.delivered == 17)
        }
    }

    @Test("what is refused or gets no answer is tried again, the same first, later each time, and never overtaken")
    func retries() async throws {
        try await Place().withLog { log, _ in
            let receiver = Receiver { [1, 2, 4, 5].contains($0) ? ($0 == 1 ? -1 : $0 == 2 ? 429 : 500) : 200 }
            let webhook = webhook(log, receiver, try settings(2))
            try await running(webhook) {
                try await log.commit((0..<6).map { call("r\($0)") })
                await receiver.wait(for: 6)
            }
            // No answer may mean that it was taken: those come twice.
            #expect(receiver.lines == [1, 2, 1, 2, 3, 4, 5, 6])
            let slept = receiver.slept
            #expect(slept.count == 4)
            #expect((.milliseconds(500)...Duration.seconds(1)).contains(slept[0]))
            #expect(slept[1] == .seconds(77))
            #expect((.milliseconds(500)...Duration.seconds(1)).contains(slept[2]))
            #expect((.seconds(1)...Duration.seconds(2)).contains(slept[3]))
        }
    }

    @Test("a failure that lasts is a problem, with its cause and without the path of the URL")
    func problem() async throws {
        try await Place().withLog { log, _ in
            let receiver = Receiver { $0 < 4 ? 503 : 200 }
            let made = webhook(log, receiver, try settings())
            try await running(made) {
                try await log.commit([call("a")])
                await receiver.wait(for: 1)
            }
            #expect(made.problems.isEmpty && made.status.failures == 0)
            let failing = webhook(log, Receiver { _ in 503 }, try settings())
            let task = Task { await failing.run() }
            while failing.status.delivered == nil { await Task.yield() }
            try await log.commit([call("b")])
            while failing.status.failures < 2 { await Task.yield() }
            #expect(
                failing.problems == ["audit records are not delivered to https://siem.example, 1 wait: it answered with HTTP status 503"])
            #expect(failing.status.nextTry != nil)
            task.cancel()
            await task.value
        }
    }

    @Test("it goes on where it was over restarts, and delivers again what it does not know to have arrived")
    func restarts() async throws {
        let place = Place()
        let receiver = Receiver()
        try await place.withLog { log, _ in
            try await running(webhook(log, receiver, try settings())) {
                try await log.commit((0..<3).map { call("r\($0)") })
                await receiver.wait(for: 3)
            }
            try await log.commit((3..<6).map { call("r\($0)") })
        }
        try await place.withLog { log, _ in
            try await running(webhook(log, receiver, try settings())) {
                await receiver.wait(for: 6)
                try await log.commit([call("r6")])
                await receiver.wait(for: 7)
            }
        }
        #expect(Array(Set(receiver.lines)).sorted() == Array(1...7))
        // Nothing comes before what precedes it.
        var highest: Int64 = 0
        for seq in receiver.lines {
            #expect(seq <= highest + 1)
            highest = max(highest, seq)
        }
    }

    @Test("whichever write of the cursor fails, every record arrives, in order")
    func faults() async throws {
        struct Broken: Error {}
        for number in 1...6 {
            let count = Mutex(0)
            let isCounting = Mutex(false)
            let willCommit: @Sendable () throws -> Void = {
                guard isCounting.withLock({ $0 }) else { return }
                try count.withLock { count in
                    count += 1
                    if count == number { throw Broken() }
                }
            }
            try await Place().withLog(willCommit: willCommit) { log, _ in
                let receiver = Receiver()
                let webhook = webhook(log, receiver, try settings(2))
                // The number 1 fails where the cursor is made, the others where it is moved.
                if number == 1 { isCounting.withLock { $0 = true } }
                try await running(webhook) {
                    isCounting.withLock { $0 = false }
                    try await log.commit((0..<9).map { call("r\($0)") })
                    isCounting.withLock { $0 = number > 1 }
                    await receiver.wait(for: 9)
                }
                var highest: Int64 = 0
                for seq in receiver.lines {
                    #expect(seq <= highest + 1, "failing write \(number)")
                    highest = max(highest, seq)
                }
                #expect(Set(receiver.lines) == Set(1...9))
            }
        }
    }

    @Test("records wait for company, and a large one goes alone")
    func company() async throws {
        try await Place().withLog { log, _ in
            let receiver = Receiver()
            try await running(webhook(log, receiver, try settings(1000, wait: 5))) {
                try await log.commit([call("a")])
                await receiver.wait(for: 1)
            }
            #expect(receiver.slept.first == .seconds(5))
            let large = Receiver()
            try await running(webhook(log, large, try settings(1000))) {
                var record = call("large")
                record.error = String(repeating: "x", count: 700 << 10)
                try await log.commit([record, record, call("small")])
                await large.wait(for: 4)
            }
            #expect(large.taken.map { Receiver.seqs($0.body) }.filter { !$0.isEmpty } == [[2], [3, 4]])
            #expect(large.taken.allSatisfy { $0.body.count <= 1 << 20 })
        }
    }

    @Test("what retention removed before it was delivered is counted, and the rest goes on")
    func skipped() async throws {
        try await Place().withLog { log, _ in
            let receiver = Receiver()
            let webhook = webhook(log, receiver, try settings())
            try await running(webhook) {
                try await log.commit([call("a")])
                await receiver.wait(for: 1)
            }
            try await log.commit((0..<9).map { call("r\($0)") })
            _ = try await log.prune(AuditLimits(records: 4), now: nil, date: 1)
            try await running(webhook) { await receiver.wait(for: 10) }
            #expect(receiver.lines == [1, 7, 8, 9, 10] && webhook.status.skipped == 5)
        }
    }

    @Test("nothing is sent without the secret, and the test delivery says how it went")
    func secret() async throws {
        try await Place().withLog { log, _ in
            let receiver = Receiver { $0 == 1 ? 403 : 200 }
            var without = try settings()
            without.secret = { nil }
            await #expect(throws: DeliveryFailure.self) { try await webhook(log, receiver, without).test() }
            #expect(receiver.tries == 0)
            let made = webhook(log, receiver, try settings())
            await #expect(throws: DeliveryFailure.self) { try await made.test() }
            #expect(try await made.test() == 200)
            let sent = try #require(receiver.taken.first)
            #expect(sent.headers.contains { $0.name == "Peta-Event" && $0.value == "audit.test" })
            #expect(String(decoding: sent.body, as: UTF8.self) == "{\"test\":true}\n")
        }
    }
}
