import Foundation
import GRDB
import Logging
import PetaAudit
import PetaStore
import PetaVault
import TestRandom
import Testing

/// Makes a data directory with as many records as one likes, for measuring: `PETA_FILL=DIRECTORY PETA_FILL_RECORDS=1000000 swift test --filter FillTests`.
@Suite("A log to measure with")
struct FillTests {
    private static let directory = ProcessInfo.processInfo.environment["PETA_FILL"]

    @Test("is made where PETA_FILL says", .enabled(if: directory != nil))
    func fill() async throws {
        let directory = try #require(Self.directory)
        let count = Int(ProcessInfo.processInfo.environment["PETA_FILL_RECORDS"] ?? "") ?? 1_000_000
        let store = try Store(directory: directory, migrations: Vault.migrations + AuditLog.migrations)
        let vault = try Vault.open(store: store, keyFile: directory + "/key")
        let log = try AuditLog(
            store: store, key: try vault.deriveKey("audit/mac"), ringPath: directory + "/intents", durability: .normal, lanes: 1,
            logger: Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() }))
        let end = Timestamp.now()
        let begin = end - 30 * 86_400_000_000
        var random = SplitMix(seed: 1)
        var asked: [String] = []
        var done = 0
        while done < count {
            let batch = (done..<min(done + 500, count)).map { number in
                Self.record(number, begin + (end - begin) * Int64(number) / Int64(count), &random, &asked)
            }
            try await log.commit(batch)
            done += batch.count
        }
        #expect(log.head == Int64(count))
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                log.stop()
                continuation.resume()
            }
        }
        try store.close()
    }

    /// Calls as a company of 200 people with 30 servers makes them: busy by day, with a bad hour, and a person asked now and then.
    private static func record(_ number: Int, _ time: Int64, _ random: inout SplitMix, _ asked: inout [String]) -> AuditRecord {
        func pick(_ range: Int) -> Int { Int(random.next() % UInt64(range)) }
        // Small numbers are more frequent than large ones.
        func skewed(_ range: Int) -> Int { min(pick(range), pick(range), pick(range)) }
        let day: Int64 = 86_400_000_000
        let hour = Double(time % day) / 3.6e9
        let shift = Int64(Double(pick(1000)) / 1000 * 3.6e9 * (8 <= hour && hour <= 18 ? 0.2 : 4))
        let moment = hour < 8 ? time + shift : hour > 18 ? time - shift : time
        if let id = asked.first, pick(100) == 0 {
            asked.removeFirst()
            var act = AuditRecord(time: moment, kind: .admin)
            act.requestID = "act\(number)"
            act.user = "uid:0"
            act.method = pick(6) == 0 ? "POST /v1/approvals/{id}/deny" : "POST /v1/approvals/{id}/allow"
            act.target = id
            act.outcome = .ok
            act.duration = 900
            return act
        }
        var record = AuditRecord(time: moment, kind: .call)
        record.requestID = "req-\(number)-\(random.next() % 1_000_000)"
        record.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
        record.user = "person\(skewed(200))"
        record.role = "user"
        record.tokenID = "tok_\(pick(400))"
        record.clientName = ["claude-code", "cursor", "n8n", "vscode", "inspector"][skewed(5)]
        record.clientVersion = "1.\(pick(20)).0"
        record.address = "10.0.\(pick(8)).\(pick(250))"
        record.session = "0123456789abcdef0123456789abcd\(pick(90) + 10)"
        record.method = "tools/call"
        let server = skewed(30)
        record.server = ["files", "github", "bank", "jira", "search"][server % 5] + "\(server)"
        record.tool = ["read_file", "search", "list", "write_file", "transfer", "create_issue", "delete"][skewed(7)] + "_\(server)"
        record.argumentsDigest = nil
        let isBad = number % 97_000 < 900
        let dice = pick(1000)
        record.decision = .allow
        let base = 1500 + Double(skewed(40)) * 900
        let tail = pick(50) == 0 ? Double(pick(3_000_000)) : Double(pick(25_000))
        record.duration = Int64(base + tail) * (isBad ? 4 : 1)
        record.downstreamDuration = record.duration.map { $0 * 9 / 10 }
        record.bytesIn = Int64(120 + pick(900))
        record.bytesOut = Int64(200 + pick(9000))
        switch dice {
        case 0..<18 where true, 0..<250 where isBad:
            record.outcome = dice % 5 == 0 ? .timeout : .error
            record.error =
                ["no such file", "permission denied by the server", "the server did not answer in time", "rate limit of the API"][pick(4)]
        case 18..<40:
            record.outcome = .denied
            record.decision = .deny
            record.rule = "bank/transfer-large"
            record.duration = 40
            record.downstreamDuration = nil
        case 40..<44:
            record.outcome = .pending
            record.decision = .requireApproval
            record.approvalID = "ap_\(number)"
            record.downstreamDuration = nil
            asked.append("ap_\(number)")
        case 44..<48: record.outcome = .cancelled
        default: record.outcome = .ok
        }
        return record
    }
}
