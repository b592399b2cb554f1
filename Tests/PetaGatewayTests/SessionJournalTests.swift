import Foundation
import PetaCrypto
import PetaGateway
import Synchronization
import TestRandom
import Testing

@Suite("The file of sessions") struct SessionJournalTests {
    private static let limits = StreamLimits(events: 100, bytes: 1 << 20, seconds: 600)
    private let key = SecretBytes.random(count: 32)

    /// A directory of its own, gone afterwards.
    private func inDirectory(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "peta-sessions-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path + "/sessions")
    }

    private static func image(_ name: String) -> SessionImage {
        var image = SessionImage(
            id: name, tokenID: "tok", userID: "usr", revision: "2025-11-25", clientName: "c\u{e9}", clientVersion: nil,
            capabilities: Array("{}".utf8), qualifiedNames: true)
        image.uid = name == "two" ? 1000 : nil
        image.kept.used = 5
        return image
    }

    private static let entries: [SessionEntry] = {
        var stream = StreamLog.Stream(number: 3, request: Array("\"a\"".utf8))
        stream.last = 9
        stream.floor = 4
        var kept = SessionImage.Kept()
        kept.used = -1
        kept.level = "debug"
        kept.subscriptions = ["a://b", ""]
        return [
            .session(1, image("one")), .session(2, image("two")), .stream(1, stream), .progress(1, sent: 0, nextNumber: 8),
            .held(1, EventID(stream: 3, position: 7), message: Array("held".utf8), at: 4),
            .event(1, EventID(stream: 3, position: 10), message: Array("x".utf8), at: 5, isSent: true),
            .event(1, EventID(stream: 0, position: 1), message: nil, at: 6, isSent: false), .closed(1, 3), .kept(2, kept), .ended(2),
        ]
    }()

    private func make(_ path: String, _ entries: [SessionEntry] = []) throws -> SessionJournal {
        try SessionJournal(path: path, key: key, grown: {}, failed: { _ in }) { out in for entry in entries { try out(entry) } }
    }

    private func read(_ path: String, key: SecretBytes? = nil) -> (entries: [SessionEntry], end: SealedFile.End) {
        var entries: [SessionEntry] = []
        let end = SessionJournal.read(path, key: key ?? self.key) { entries.append($0) }
        return (entries, end)
    }

    @Test("gives back what was written, also after the file was made anew, and is its owner's alone")
    func roundTrip() throws {
        try inDirectory { path in
            #expect(read(path).end == .missing)
            let journal = try make(path, Array(Self.entries.prefix(4)))
            for entry in Self.entries.dropFirst(4) { journal.write(entry) }
            #expect(read(path).entries == Self.entries)
            #expect(read(path).end == .whole)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let found = try Data(contentsOf: URL(fileURLWithPath: path))
            for word in ["one", "held", "a://b", "tok"] {
                #expect(found.range(of: Data(word.utf8)) == nil, "\(word) can be read in the file")
            }
        }
    }

    @Test("a file that ends anywhere gives the records before, and those only")
    func torn() throws {
        try inDirectory { path in
            let journal = try make(path)
            var ends = [journal.size]
            for entry in Self.entries {
                journal.write(entry)
                ends.append(journal.size)
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for length in 0...whole.count {
                try whole.prefix(length).write(to: URL(fileURLWithPath: path))
                let (entries, end) = read(path)
                let complete = ends.lastIndex { $0 <= length }
                #expect(entries == Array(Self.entries.prefix(complete ?? 0)), "\(length)")
                let expected: SealedFile.End = complete.map { ends[$0] == length ? .whole : .torn(at: ends[$0]) } ?? .foreign
                #expect(end == expected, "\(length)")
            }
        }
    }

    @Test("no bit of it can be changed unseen", arguments: [11, 12] as [UInt64])
    func changed(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        try inDirectory { path in
            let journal = try make(path)
            for entry in Self.entries { journal.write(entry) }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for place in whole.indices {
                var bad = whole
                bad[place] ^= UInt8(1) << UInt8.random(in: 0...7, using: &random)
                try bad.write(to: URL(fileURLWithPath: path))
                let (entries, end) = read(path)
                #expect(end != .whole)
                #expect(entries == Array(Self.entries.prefix(entries.count)) && entries.count < Self.entries.count)
            }
            // Records in another order are none.
            let head = 8 + 32 + 28
            let first = Int(whole[head]) + Int(whole[head + 1]) << 8 + 4
            let second = Int(whole[head + first]) + Int(whole[head + first + 1]) << 8 + 4
            var moved = whole.prefix(head)
            moved += whole[(head + first)..<(head + first + second)] + whole[head..<(head + first)]
            try moved.write(to: URL(fileURLWithPath: path))
            #expect(read(path).entries.isEmpty)
        }
    }

    @Test("noise is no file of sessions", arguments: 1...60 as ClosedRange<UInt64>)
    func noise(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        try inDirectory { path in
            var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if seed % 2 == 0 { bytes = Array("PETASES1".utf8) + bytes }
            if seed % 3 == 0 {
                _ = try make(path)
                bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path))) + bytes
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(read(path).entries.isEmpty)
            // The bytes of an entry are judged too, should they ever be authentic.
            _ = SessionEntry(bytes)
            for entry in Self.entries {
                var bad = entry.encoded
                bad[Int.random(in: bad.indices, using: &random)] = .random(in: 0...255, using: &random)
                _ = SessionEntry(bad)
                #expect(SessionEntry(entry.encoded.dropLast()) == nil)
                #expect(SessionEntry(entry.encoded + [0]) == nil)
            }
        }
    }

    @Test("another key opens nothing")
    func otherKey() throws {
        try inDirectory { path in
            let journal = try make(path, Self.entries)
            #expect(read(path, key: .random(count: 32)).end == .foreign)
            #expect(read(path, key: .random(count: 32)).entries.isEmpty)
            withExtendedLifetime(journal) {}
        }
    }

    @Test("what is written while the file is made anew is in the new one too")
    func rewriting() throws {
        try inDirectory { path in
            let journal = try make(path)
            for _ in 0..<100 { journal.write(Self.entries[0]) }
            let before = journal.size
            try journal.rewrite { out in
                try out(.session(9, Self.image("nine")))
                journal.write(.ended(9))
                // Whoever is killed here finds the old file, whole.
                #expect(read(path).entries == Array(repeating: Self.entries[0], count: 100) + [.ended(9)])
                try out(.session(10, Self.image("ten")))
            }
            #expect(read(path).entries == [.session(9, Self.image("nine")), .ended(9), .session(10, Self.image("ten"))])
            #expect(journal.size < before)
            journal.write(.ended(10))
            #expect(read(path).entries.last == .ended(10))
            #expect(throws: CancellationError.self) { try journal.rewrite { _ in throw CancellationError() } }
            journal.write(.ended(11))
            #expect(read(path).entries.suffix(2) == [.ended(10), .ended(11)])
            #expect(try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent) == ["sessions"])
            journal.stop()
            journal.write(.ended(12))
            #expect(read(path).entries.last == .ended(11))
        }
    }

    /// A disk of which one write fails: the N-th, after some of its bytes or none.
    private final class Disk: Sendable {
        private enum Next { case whole(Int), rest, over }
        private let next: Mutex<Next>
        private let half: Bool
        let hasFailed = Mutex(false)

        init(failing number: Int, half: Bool) {
            next = Mutex(.whole(number))
            self.half = half
        }

        func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
            let (count, fails) = next.withLock { next -> (Int, Bool) in
                switch next {
                case .over: return (bytes.count, false)
                case .whole(let number) where number > 1:
                    next = .whole(number - 1)
                    return (bytes.count, false)
                case .whole where half:
                    next = .rest
                    return (bytes.count / 2, false)
                case .whole, .rest:
                    next = .over
                    return (0, true)
                }
            }
            guard fails else { return SealedFile.system(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
            hasFailed.withLock { $0 = true }
            errno = ENOSPC
            return -1
        }
    }

    @Test("whichever write fails, all else is there after a restart, and what was written before stays", arguments: [false, true])
    func everyWrite(half: Bool) throws {
        var number = 0
        while true {
            number += 1
            let disk = Disk(failing: number, half: half)
            var isOver = false
            try inDirectory { path in
                let before = try make(path, [.ended(77)])
                before.stop()
                let changes = Mutex<[Bool]>([])
                let made = try? SessionJournal(
                    path: path, key: key, output: disk.write, grown: {},
                    failed: { failure in changes.withLock { $0.append(failure != nil) } }
                ) { out in for entry in Self.entries.prefix(2) { try out(entry) } }
                guard let journal = made else {
                    // It does not start on such a disk; what an earlier run left is untouched.
                    #expect(disk.hasFailed.withLock { $0 } && read(path).entries == [.ended(77)], "\(number)")
                    return
                }
                var written = Array(Self.entries.prefix(2))
                for entry in Self.entries.dropFirst(2) {
                    let had = disk.hasFailed.withLock { $0 }
                    journal.write(entry)
                    if disk.hasFailed.withLock({ $0 }) == had { written.append(entry) }
                }
                #expect(read(path).entries == written && read(path).end == .whole, "\(number)")
                // Anew: all or nothing of it.
                let rewritten = (try? journal.rewrite { out in for entry in Self.entries { try out(entry) } }) != nil
                #expect(read(path).entries == (rewritten ? Self.entries : written) && read(path).end == .whole, "\(number)")
                let had = disk.hasFailed.withLock { $0 }
                journal.write(.ended(5))
                if disk.hasFailed.withLock({ $0 }) == had { #expect(read(path).entries.last == .ended(5), "\(number)") }
                #expect([[], [true], [true, false]].contains(changes.withLock { $0 }), "\(number)")
                isOver = !disk.hasFailed.withLock { $0 }
            }
            if isOver { break }
        }
        #expect(number > 2 * Self.entries.count)
    }

    @Test("asks to be made anew when it has grown, and beyond that keeps events' places only")
    func growth() throws {
        try inDirectory { path in
            let asked = Mutex(0)
            let journal = try SessionJournal(
                path: path, key: key, smallest: 10_000, grown: { asked.withLock { $0 += 1 } }, failed: { _ in }, { _ in })
            let message = [UInt8](repeating: 0x61, count: 1000)
            for position in 1...UInt64(100) {
                journal.write(.event(1, EventID(stream: 0, position: position), message: message, at: 0, isSent: true))
                if position < 5 { #expect(asked.withLock { $0 } == 0 && !journal.isGrown) }
            }
            #expect(asked.withLock { $0 } > 50 && journal.isGrown)
            #expect(journal.size < 35_000)
            guard case .event(_, let id, let message, _, _) = read(path).entries.last else { return #expect(Bool(false), "no event") }
            #expect(id.position == 100 && message == nil)
        }
    }

    @Test("a log comes back as it was, from its history and from a copy of what it is", arguments: 1...60 as ClosedRange<UInt64>)
    func replay(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let limits = StreamLimits(events: .random(in: 2...10, using: &random), bytes: .random(in: 300...3000, using: &random), seconds: 600)
        var log = StreamLog()
        var history: [SessionEntry] = [.session(1, Self.image("one"))]
        var open: [UInt32] = [0]
        for step in 0..<60 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                open.append(log.open(request: Array("\(step)".utf8)))
                history.append(.stream(1, try #require(log.calls.last)))
            case 1 where open.count > 1:
                let number = open.remove(at: .random(in: 1..<open.count, using: &random))
                log.close(number)
                history.append(.closed(1, number))
            case 2:
                log.markSent()
                history.append(.progress(1, sent: log.sent, nextNumber: log.nextNumber))
            default:
                let number = random.pick(open)
                let message = [UInt8](repeating: UInt8(step), count: .random(in: 0...400, using: &random))
                let appended = log.append(message, to: number, at: Int64(step), limits)
                let (id, isHeld) = try #require(appended)
                history.append(.event(1, id, message: isHeld ? message : nil, at: Int64(step), isSent: false))
            }
            var replay = SessionReplay(limits)
            for entry in history { replay.apply(entry) }
            #expect(replay.sessions[1]?.log == log)
            if step == 30 {
                // As after a restart: ids go on elsewhere, and the history begins with what is.
                log.finishRestoring()
                history = [.session(1, Self.image("one")), .stream(1, log.general)] + log.calls.map { .stream(1, $0) }
                history.append(.progress(1, sent: log.sent, nextNumber: log.nextNumber))
                history += log.events.map { .held(1, $0.id, message: $0.message, at: $0.at) }
            }
        }
    }

    @Test("where an event is missing in the file, nothing before it can be resumed")
    func gap() {
        var replay = SessionReplay(Self.limits)
        replay.apply(.session(1, Self.image("one")))
        for position in [1, 2, 4, 5] as [UInt64] {
            replay.apply(.event(1, EventID(stream: 0, position: position), message: [UInt8(position)], at: 0, isSent: true))
        }
        let log = replay.sessions[1]?.log
        for position in 0...2 as ClosedRange<UInt64> { #expect(log?.resume(after: EventID(stream: 0, position: position)) == nil) }
        #expect(log?.resume(after: EventID(stream: 0, position: 3))?.events.map(\.message) == [[4], [5]])
    }

    @Test("what ended is not there, and what is said of unknown sessions says nothing")
    func ended() {
        var replay = SessionReplay(Self.limits)
        for entry in Self.entries { replay.apply(entry) }
        replay.apply(.kept(7, .init()))
        replay.apply(.ended(8))
        #expect(replay.sessions.keys.sorted() == [1])
        #expect(replay.sessions[1]?.image == Self.image("one"))
        replay.apply(.ended(1))
        replay.apply(.event(1, EventID(stream: 0, position: 1), message: [], at: 0, isSent: true))
        #expect(replay.sessions.isEmpty)
    }
}
