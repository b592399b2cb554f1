import Foundation
import GRDB
import Logging
import PetaAudit
import PetaCrypto
import PetaOutbound
import PetaStore
import Synchronization
import Testing

@Suite("Anchors")
struct AnchorTests {
    private let silent = Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test("an anchor is read as it is written, and nothing else is")
    func line() async throws {
        try await Place().withLog { log, _ in
            try await log.commit([call("a"), call("b")])
            let anchor = try await log.anchor(at: 1_700_000_000_000_000)
            #expect(anchor.seq == 2 && anchor.instance == log.instance && anchor.instance.utf8.count == 16)
            #expect(AuditAnchor(line: anchor.line) == anchor)
            #expect(anchor.line.hasPrefix(#"{"instance":"\#(log.instance)","seq":2,"time":"2023-11-14T22:13:20.000000Z","head":""#))
            for bad in [
                "", "{}", "null", String(anchor.line.dropLast()), anchor.line + "x", anchor.line.replacing("\"seq\":2", with: "\"seq\":-2"),
                anchor.line.replacing("\"seq\":2", with: "\"seq\":99999999999999999999"), anchor.line.replacing("head", with: "haed"),
                anchor.line.replacing("}", with: #","x":"\#(String(repeating: "y", count: 600))"}"#),
            ] {
                #expect(AuditAnchor(line: bad) == nil, "\(bad)")
            }
        }
    }

    @Test("a tail that was cut, a chain that was rewritten and a log that was made anew contradict it")
    func contradictions() async throws {
        let place = Place()
        try await place.withLog { log, store in
            let empty = try await log.anchor(at: 1)
            try await log.commit((0..<10).map { call("r\($0)") })
            let anchor = try await log.anchor(at: 2)
            #expect(try log.verify(against: [empty, anchor]).ok)
            try await log.commit([call("more")])
            let whole = try log.verify(against: [empty, anchor])
            #expect(whole.ok && whole.anchors?.checked == 2 && whole.anchors?.newest == anchor)
            // Said by nobody: changed in whatever place.
            for (old, new) in [
                ("\"seq\":10", "\"seq\":9"), ("1970", "1971"), (anchor.instance, "0123456789abcdef"), (anchor.head.hex, anchor.mac.hex),
            ] {
                let forged = try #require(AuditAnchor(line: anchor.line.replacing(old, with: new)))
                #expect(try log.verify(against: [forged]).anchors?.bad?.reason == .foreign)
            }
            // The state row of an earlier moment and the records after it gone: the chain by itself looks whole.
            let state = try #require(try store.readSync { try Row.fetchOne($0, sql: "SELECT * FROM audit_state") })
            try await log.commit((0..<5).map { call("cut\($0)") })
            let later = try await log.anchor(at: 3)
            try store.writeSync { db in
                try db.execute(sql: "DELETE FROM audit WHERE seq > 11")
                try db.execute(
                    sql: "UPDATE audit_state SET seq = ?, time = ?, lag = ?, head = ?, mac = ?",
                    arguments: [
                        state["seq"] as Int64, state["time"] as Int64, state["lag"] as Int64, state["head"] as Data, state["mac"] as Data,
                    ])
            }
            #expect(try log.verify().ok)
            let cut = try log.verify(against: [anchor, later])
            #expect(!cut.ok && cut.firstBad == nil && cut.anchors?.bad == .init(anchor: later, reason: .tailCut))
            #expect(try await log.compare(with: [later]).bad?.reason == .tailCut)
        }
        // Whoever holds the key writes another history.
        let anchor = try await place.withLog { log, store in
            let anchor = try await log.anchor(at: 4)
            try store.writeSync { db in
                for table in ["audit", "audit_state", "audit_checkpoint"] { try db.execute(sql: "DELETE FROM \(table)") }
            }
            return anchor
        }
        try await place.withLog { log, _ in
            try await log.commit((0..<20).map { call("other\($0)") })
            let found = try log.verify(against: [anchor])
            #expect(!found.ok && found.firstBad == nil && found.anchors?.bad?.reason == .rewritten)
        }
        let other = SecretBytes(copying: [UInt8](repeating: 8, count: 32))
        try await Place().withLog(key: other) { log, _ in
            try await log.commit((0..<20).map { call("r\($0)") })
            #expect(try log.verify(against: [anchor]).anchors?.bad?.reason == .foreign)
        }
    }

    @Test("an anchor from before the checkpoint cannot be compared and is counted; the one at it can")
    func checkpoint() async throws {
        try await Place().withLog { log, _ in
            var anchors: [AuditAnchor] = []
            for n in 0..<5 {
                try await log.commit([call("r\(n)")])
                anchors.append(try await log.anchor(at: Int64(n)))
            }
            _ = try await log.prune(AuditLimits(records: 2), now: nil, date: 1)
            let found = try log.verify(against: anchors)
            #expect(found.ok && found.anchors?.removed == 2 && found.anchors?.newest == anchors[4])
            #expect(try log.verify(against: [anchors[2]]).anchors?.newest == anchors[2])
        }
    }

    @Test("the file gets a line whenever the log is longer, and at the start its last line is compared with the log")
    func file() async throws {
        let place = Place()
        let path = NSTemporaryDirectory() + "peta-anchor-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = AnchorFile(path: path)
        try await place.withLog { log, _ in
            let anchors = AuditAnchors(log: log, places: [file], file: file, interval: .seconds(1000), logger: silent)
            try await log.commit([call("a")])
            await anchors.put()
            await anchors.put()
            try await log.commit([call("b")])
            await anchors.put()
            #expect(anchors.standings == [.init(place: "the file \(path)", last: file.newest())] && anchors.problems.isEmpty)
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.compactMap { AuditAnchor(line: $0)?.seq } == [1, 2])
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
            await anchors.put(always: true)
            #expect(
                try log.verify(
                    against: String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { AuditAnchor(line: $0) }
                ).ok)
        }
        // A line that a full disk cut does not swallow the next one.
        try Data("{\"instance\":\"ab".utf8).append(to: path)
        #expect(file.newest()?.seq == 2)
        try await Place().withLog { log, _ in
            let anchors = AuditAnchors(log: log, places: [file], file: file, interval: .seconds(1000), logger: silent)
            let task = Task { await anchors.run() }
            while anchors.standings[0].last == nil { try await Task.sleep(for: .milliseconds(1)) }
            task.cancel()
            await task.value
            #expect(anchors.problems.count == 1)
            #expect(anchors.problems.first?.hasPrefix("the audit ends before record 2, which was its end at ") == true)
            #expect(file.newest()?.seq == 0)
        }
    }

    @Test("a file that cannot be written is a problem until it can be")
    func broken() async throws {
        let directory = NSTemporaryDirectory() + "peta-anchor-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await Place().withLog { log, _ in
            let file = AnchorFile(path: directory + "/anchors")
            let anchors = AuditAnchors(log: log, places: [file], file: file, interval: .seconds(1000), logger: silent)
            await anchors.put()
            #expect(
                anchors.problems == ["the audit's end cannot be anchored: cannot write to \(directory)/anchors: No such file or directory"])
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            await anchors.put()
            #expect(anchors.problems.isEmpty && anchors.standings[0].last?.seq == 0)
            // A device that is full.
            let full = AuditAnchors(
                log: log, places: [AnchorFile(path: "/dev/full")], file: nil, interval: .seconds(1000), logger: silent)
            await full.put()
            #expect(full.problems.first?.contains("/dev/full: No space left on device") == true)
        }
    }

    @Test("the command gets the line on its standard input, has only the environment that it is given, and its failure is told")
    func command() async throws {
        let path = NSTemporaryDirectory() + "peta-anchor-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await Place().withLog { log, _ in
            try await log.commit([call("a")])
            let anchor = try await log.anchor(at: 1)
            func command(_ script: String, seconds: Int = 20) -> AnchorCommand {
                AnchorCommand(words: ["/bin/sh", "-c", script], environment: ["PATH": "/bin:/usr/bin", "PLACE": path], seconds: seconds)
            }
            try await command("cat > \"$PLACE\"; env >> \"$PLACE\"; echo noise; echo noise >&2").put(anchor)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.hasPrefix(anchor.line + "\n") && !text.contains("HOME="))
            for (script, words) in [
                ("echo first >&2; echo 'no room' >&2; exit 3", "the command /bin/sh ended with exit code 3: no room"),
                // It has ended before what it said is read.
                (
                    "{ head -c 60000 /dev/zero | tr '\\0' x; echo; echo 'no room'; } >&2; exit 3",
                    "the command /bin/sh ended with exit code 3: no room"
                ),
                ("kill -9 $$", "the command /bin/sh was ended by signal 9"),
            ] {
                await #expect(throws: AnchorFailure(words)) { try await command(script).put(anchor) }
            }
            await #expect(throws: AnchorFailure("cannot run /nonexistent/x: No such file or directory")) {
                try await AnchorCommand(words: ["/nonexistent/x"], environment: [:]).put(anchor)
            }
            // What hangs, with what it started, is ended.
            let slow = command("sleep 1000 & echo $! > \"$PLACE\"; wait", seconds: 1)
            await #expect(throws: AnchorFailure("the command /bin/sh took longer than 1 s and was ended")) { try await slow.put(anchor) }
            let child = try #require(
                Int32(try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
            while kill(child, 0) == 0, try isRunning(child) { try await Task.sleep(for: .milliseconds(1)) }
            // One that says much and reads nothing does not stand still.
            try await command("exec 0<&-; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2").put(anchor)
        }
    }

    /// A process that is dead but was not collected yet by whoever has to runs no more.
    private func isRunning(_ pid: Int32) throws -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    @Test("the URL gets it signed, and its refusal is told")
    func url() async throws {
        let key = SecretBytes(copying: Array("shared".utf8))
        let seen = Mutex<[OutboundRequest]>([])
        let status = Mutex(200)
        let post: AuditPost = { request throws(OutboundFailure) in
            seen.withLock { $0.append(request) }
            return OutboundResponse(status: status.withLock { $0 }, retryAfter: nil, body: [], isCut: false)
        }
        try await Place().withLog { log, _ in
            try await log.commit([call("a")])
            let anchor = try await log.anchor(at: 1)
            let place = AnchorURL(url: try OutboundURL("https://anchors.example/secret-path"), secret: { key }, post: post)
            try await place.put(anchor)
            let request = try #require(seen.withLock { $0.first })
            #expect(String(decoding: request.body, as: UTF8.self) == anchor.line + "\n")
            #expect(request.headers.contains { $0.name == "Peta-Signature" && $0.value.hasPrefix("t=") })
            status.withLock { $0 = 500 }
            await #expect(throws: AnchorFailure("https://anchors.example answered with HTTP status 500")) { try await place.put(anchor) }
            let unsigned = AnchorURL(url: try OutboundURL("https://anchors.example/"), secret: { nil }, post: post)
            await #expect(throws: AnchorFailure("cannot post to https://anchors.example: its secret is not in the vault")) {
                try await unsigned.put(anchor)
            }
        }
    }
}

extension Data {
    fileprivate func append(to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: self)
    }
}
