import Foundation
import PetaAudit
import PetaStore
import Testing

@Suite("The intent ring")
struct RingTests {
    private func intent(_ id: String) -> AuditRecord {
        var record = call(id)
        record.outcome = .stopped
        return record
    }

    /// Leaves the ring file as a process that died would: copied while its slots are live, put back after a clean end.
    private func crash(
        _ place: Place, lanes: Int = 2, _ body: (AuditLog) async throws -> Void, damage: (inout Data) -> Void = { _ in }
    ) async throws {
        var copy = try await place.withLog(lanes: lanes) { log, _ throws in
            try await body(log)
            return try Data(contentsOf: URL(fileURLWithPath: place.ringPath))
        }
        damage(&copy)
        try copy.write(to: URL(fileURLWithPath: place.ringPath))
    }

    @Test("a call that was on its way becomes a record with the outcome stopped")
    func recovered() async throws {
        let place = Place()
        try await crash(place) { log in
            #expect(log.lane(0).claim(intent("a")) != nil)
            #expect(log.lane(1).claim(intent("b")) != nil)
            try await log.commit([call("c")])
        }
        try await place.withLog(lanes: 2) { log, _ throws in
            let records = try log.all().map { try $0.record }
            #expect(records.map(\.outcome) == [.ok, .stopped, .stopped])
            #expect(Set(records.map(\.requestID)) == ["a", "b", "c"])
            #expect(records.first { $0.requestID == "a" } == intent("a"))
            #expect(try log.verify().ok)
        }
    }

    @Test("an intent whose record was committed is not recorded again")
    func committed() async throws {
        let place = Place()
        try await crash(place) { log in
            #expect(log.lane(0).claim(intent("a")) != nil)
            #expect(log.lane(0).claim(intent("b")) != nil)
            try await log.commit([call("a")])
        }
        try await place.withLog(lanes: 2) { log, _ throws in
            #expect(try log.ids() == ["a", "b"])
            #expect(try log.all().map { try $0.record.outcome } == [.ok, .stopped])
        }
    }

    @Test("the same id in two slots, and a crash during recovery, do not double a record")
    func doubled() async throws {
        let place = Place()
        try await crash(place) { log in
            for lane in 0..<2 { #expect(log.lane(lane).claim(intent("a")) != nil) }
        }
        let ring = try Data(contentsOf: URL(fileURLWithPath: place.ringPath))
        for _ in 0..<3 {
            try await place.withLog(lanes: 2) { log, _ throws in #expect(try log.ids() == ["a"]) }
            try ring.write(to: URL(fileURLWithPath: place.ringPath))
        }
    }

    @Test("a released slot leaves nothing behind")
    func released() async throws {
        let place = Place()
        try await crash(place) { log in
            let lane = log.lane(0)
            let slot = try #require(lane.claim(intent("a")))
            #expect(lane.used == 1)
            lane.release(slot)
            #expect(lane.used == 0)
        }
        try await place.withLog(lanes: 2) { log, _ throws in #expect(try log.all().isEmpty) }
    }

    @Test("an intent that is still down at a clean end is recorded at the next start, once")
    func cleanEnd() async throws {
        let place = Place()
        try await place.withLog { log, _ throws in #expect(log.lane(0).claim(intent("a")) != nil) }
        for _ in 0..<2 {
            try await place.withLog { log, _ throws in #expect(try log.ids() == ["a"]) }
        }
    }

    @Test("a recovered intent is stopped, whatever it says of itself")
    func forcedOutcome() async throws {
        let place = Place()
        try await crash(place) { log in #expect(log.lane(0).claim(call("a")) != nil) }
        try await place.withLog(lanes: 2) { log, _ throws in #expect(try log.all().map { try $0.record.outcome } == [.stopped]) }
    }

    static let firstSlot = 4096

    /// Ways to spoil the first of two live slots, or the file.
    static let damages: [(name: String, ids: [String], change: @Sendable (inout Data) -> Void)] = [
        ("a length beyond the slot", ["b"], { $0.replaceSubrange(firstSlot..<firstSlot + 4, with: [0xff, 0xff, 0xff, 0x7f]) }),
        ("a length that cuts the record", ["b"], { $0[firstSlot] = 20 }),
        ("a length that takes in what is behind the record", ["b"], { $0[firstSlot + 1] = 3 }),
        ("garbage in the slot", ["b"], { $0.replaceSubrange(firstSlot + 4..<firstSlot + 100, with: [UInt8](repeating: 0xfe, count: 96)) }),
        ("zeros in the slot", ["b"], { $0.replaceSubrange(firstSlot + 4..<firstSlot + 1024, with: [UInt8](repeating: 0, count: 1020)) }),
        ("a file cut behind the first lane", ["a"], { $0 = $0.prefix(firstSlot + 2048 * 1024) }),
        ("a file cut in the first slot", [], { $0 = $0.prefix(firstSlot + 100) }),
        ("an empty file", [], { $0 = Data() }),
        ("another magic number", [], { $0[0] ^= 1 }),
        ("another version", [], { $0[8] = 9 }),
        ("no lanes", [], { $0.replaceSubrange(12..<16, with: [0, 0, 0, 0]) }),
        ("too many lanes", [], { $0.replaceSubrange(12..<16, with: [0xff, 0xff, 0xff, 0xff]) }),
        ("more lanes than the file has", ["a", "b"], { $0[12] = 200 }),
    ]

    @Test("a torn ring is read as far as it makes sense", arguments: damages.indices)
    func torn(index: Int) async throws {
        let damage = Self.damages[index]
        let place = Place()
        try await crash(
            place,
            { log in
                #expect(log.lane(0).claim(intent("a")) != nil)
                #expect(log.lane(1).claim(intent("b")) != nil)
            }, damage: damage.change)
        try await place.withLog(lanes: 1) { log, _ throws in
            #expect(try log.ids() == damage.ids, "\(damage.name)")
            try await log.commit([call("next")])
            #expect(log.lane(0).claim(intent("works")) != nil)
        }
    }

    @Test("a lane has 2048 slots, gives the warmest first, and refuses when it is full")
    func full() async throws {
        let place = Place()
        try await place.withLog { log, _ throws in
            let lane = log.lane(0)
            var slots: [Int32] = []
            while let slot = lane.claim(intent("r\(slots.count)")) { slots.append(slot) }
            #expect(Set(slots).count == 2048)
            lane.release(slots[500])
            lane.release(slots[500])
            lane.release(-1)
            lane.release(2048)
            #expect(lane.used == 2047)
            #expect(lane.claim(intent("again")) == slots[500])
            #expect(lane.claim(intent("more")) == nil)
        }
        try await place.withLog { log, _ throws in #expect(try log.all().count == 2048) }
    }

    @Test("a record up to the slot's capacity fits, one byte more does not")
    func oversize() async throws {
        let place = Place()
        try await place.withLog { log, _ throws in
            let lane = log.lane(0)
            var record = intent("a")
            let rest = IntentLane.capacity - record.withEncoded { $0.count } - #","detail":"""#.utf8.count
            record.detail = String(repeating: "x", count: rest)
            #expect(record.withEncoded { lane.claim($0) } != nil)
            #expect(lane.claim(record) != nil)
            record.detail?.append("x")
            #expect(record.withEncoded { lane.claim($0) } == nil)
            #expect(lane.claim(record) == nil)
            #expect(lane.used == 2)
        }
        try await place.withLog { log, _ throws in #expect(try log.all().count == 1) }
    }

    @Test("the file is its owner's alone and a link in its place is not followed")
    func file() async throws {
        let place = Place()
        try await place.withLog { _, _ in
            let attributes = try FileManager.default.attributesOfItem(atPath: place.ringPath)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.size] as? Int == 4096 + 2048 * 1024)
        }
        let elsewhere = place.directory + "/elsewhere"
        #expect(FileManager.default.createFile(atPath: elsewhere, contents: Data("precious".utf8)))
        try FileManager.default.removeItem(atPath: place.ringPath)
        try FileManager.default.createSymbolicLink(atPath: place.ringPath, withDestinationPath: elsewhere)
        try await place.withLog { _, _ in }
        #expect(try Data(contentsOf: URL(fileURLWithPath: elsewhere)) == Data("precious".utf8))
    }

    @Test("a ring that cannot be made is an error with the path and a hint")
    func cannotBeMade() throws {
        let place = Place()
        let store = try Store(directory: place.directory, migrations: AuditLog.migrations)
        let path = place.directory + "/missing/intents"
        let error = #expect(throws: IntentRingError.self) {
            try AuditLog(store: store, key: place.key, ringPath: path, durability: .normal, lanes: 1)
        }
        #expect(error?.message.contains(path) == true)
        #expect(error?.hint != nil)
        try store.close()
    }
}
