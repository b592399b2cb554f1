import PetaGateway
import TestRandom
import Testing

@Suite("What the streams of a session carried") struct StreamLogTests {
    private static let wide = StreamLimits(events: 1000, bytes: 1 << 20, seconds: 100)

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func texts(_ events: [StreamLog.Event]?) -> [String]? { events?.map { String(decoding: $0.message, as: UTF8.self) } }

    @Test("an event's name is read in the one spelling that is given out")
    func names() {
        func read(_ text: String) -> EventID? { Array(text.utf8).withUnsafeBytes { EventID($0) } }
        for id in [EventID(stream: 0, position: 0), EventID(stream: 3, position: 17), EventID(stream: .max, position: .max)] {
            #expect(read(id.text) == id)
        }
        for text in [
            "", "-", "1", "1-", "-1", "01-1", "1-01", "+1-1", "1--1", " 1-1", "1-1 ", "1-1-1", "4294967296-1", "1-18446744073709551616",
            "1-99999999999999999999", "a-1", "1-a", "1-\u{0661}", "0x1-1", String(repeating: "1", count: 40) + "-1",
        ] {
            #expect(read(text) == nil, "\(text)")
        }
    }

    @Test("a stream gives what came behind an event, in order, and nothing of another stream")
    func resuming() {
        var log = StreamLog()
        let call = log.open(request: bytes("7"))
        for index in 1...4 {
            _ = log.append(bytes("g\(index)"), to: 0, at: 0, Self.wide)
            _ = log.append(bytes("c\(index)"), to: call, at: 0, Self.wide)
        }
        for after in 0...4 {
            let general = log.resume(after: EventID(stream: 0, position: UInt64(after)))
            #expect(texts(general?.events) == (1...5).dropFirst(after).dropLast().map { "g\($0)" })
            #expect(general?.isOpen == true)
            #expect(
                texts(log.resume(after: EventID(stream: call, position: UInt64(after)))?.events)
                    == (1...5).dropFirst(after).dropLast().map { "c\($0)" })
        }
        #expect(log.resume(after: EventID(stream: call, position: 5)) == nil)
        #expect(log.resume(after: EventID(stream: call + 1, position: 0)) == nil)
        log.close(call)
        #expect(log.resume(after: EventID(stream: call, position: 3))?.isOpen == false)
        // Again the same: reading takes nothing away.
        #expect(texts(log.resume(after: EventID(stream: call, position: 3))?.events) == ["c4"])
    }

    @Test("at a bound the oldest events go, and what would have a gap cannot be resumed")
    func bounds() {
        for limits in [
            StreamLimits(events: 3, bytes: 1 << 20, seconds: 100),
            StreamLimits(events: 1000, bytes: 3 * (StreamLog.overhead + 2), seconds: 100),
        ] {
            var log = StreamLog()
            for index in 1...5 { _ = log.append(bytes("g\(index)"), to: 0, at: 0, limits) }
            #expect(log.resume(after: EventID(stream: 0, position: 0)) == nil)
            #expect(log.resume(after: EventID(stream: 0, position: 1)) == nil)
            for after in 2...5 {
                #expect(
                    texts(log.resume(after: EventID(stream: 0, position: UInt64(after)))?.events)
                        == (1...6).dropFirst(after).dropLast().map { "g\($0)" })
            }
            #expect(log.bytes == 3 * (StreamLog.overhead + 2))
        }
    }

    @Test("an event that is larger than the bounds is passed on, not kept, and nothing before it can be resumed")
    func oversized() {
        let limits = StreamLimits(events: 10, bytes: 1000, seconds: 100)
        var log = StreamLog()
        _ = log.append(bytes("a"), to: 0, at: 0, limits)
        let large = log.append([UInt8](repeating: 0x61, count: 1000), to: 0, at: 0, limits)
        #expect(large?.id == EventID(stream: 0, position: 2) && large?.isHeld == false)
        _ = log.append(bytes("b"), to: 0, at: 0, limits)
        #expect(log.resume(after: EventID(stream: 0, position: 0)) == nil)
        #expect(log.resume(after: EventID(stream: 0, position: 1)) == nil)
        #expect(texts(log.resume(after: EventID(stream: 0, position: 2))?.events) == ["b"])
    }

    @Test("events age, but not those that nobody got yet")
    func age() {
        var log = StreamLog()
        let call = log.open(request: bytes("1"))
        _ = log.append(bytes("c"), to: call, at: 0, Self.wide)
        log.close(call)
        _ = log.append(bytes("old"), to: 0, at: 0, Self.wide)
        log.markSent()
        _ = log.append(bytes("waits"), to: 0, at: 0, Self.wide)
        log.trim(at: 100, Self.wide)
        #expect(log.events.count == 3)
        log.trim(at: 101, Self.wide)
        #expect(texts(Array(log.events)) == ["waits"])
        // The answered call is gone with its last event.
        #expect(log.calls.isEmpty)
        #expect(log.resume(after: EventID(stream: call, position: 0)) == nil)
        #expect(log.resume(after: EventID(stream: 0, position: 0)) == nil)
        #expect(texts(log.resume(after: EventID(stream: 0, position: 1))?.events) == ["waits"])
        #expect(texts(log.waiting) == ["waits"])
        log.markSent()
        #expect(log.waiting.isEmpty)
        log.trim(at: 101, Self.wide)
        #expect(log.bytes == 0)
    }

    /// What a log is compared with: keeps everything, and knows what must be gone.
    private struct Plain {
        var all: [(id: EventID, text: [UInt8], at: Int64)] = []
        var open: Set<UInt32> = [0]
    }

    @Test("whatever happens in whatever order, a resumption is exact or refused", arguments: 1...200 as ClosedRange<UInt64>)
    func anyOrder(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let limits = StreamLimits(
            events: .random(in: 1...12, using: &random), bytes: .random(in: 100...2000, using: &random),
            seconds: .random(in: 1...20, using: &random))
        var log = StreamLog()
        var plain = Plain()
        var last: [UInt32: UInt64] = [0: 0]
        var now: Int64 = 0
        for step in 0..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                let number = log.open(request: bytes("r"))
                #expect(last[number] == nil, "a number was given out twice")
                last[number] = 0
                plain.open.insert(number)
            case 1:
                if let number = plain.open.filter({ $0 != 0 }).sorted().randomElement(using: &random) {
                    log.close(number)
                    plain.open.remove(number)
                }
            case 2: now += .random(in: 0...5, using: &random)
            case 3: log.trim(at: now, limits)
            case 4: log.markSent()
            default:
                guard let number = plain.open.sorted().randomElement(using: &random) else { continue }
                let text = bytes("\(step)") + [UInt8](repeating: 0x2E, count: .random(in: 0...200, using: &random))
                guard let (id, _) = log.append(text, to: number, at: now, limits) else {
                    Issue.record("an open stream takes no event")
                    continue
                }
                #expect(id.position == (last[number] ?? 0) + 1)
                last[number] = id.position
                plain.all.append((id, text, now))
            }
            #expect(log.bytes <= limits.bytes && log.events.count <= limits.events)
            #expect(log.bytes == log.events.reduce(0) { $0 + $1.message.count + StreamLog.overhead })
            for (number, newest) in last {
                for position in [0, newest, newest + 1, UInt64.random(in: 0...newest, using: &random)] {
                    let id = EventID(stream: number, position: position)
                    guard let (events, isOpen) = log.resume(after: id) else {
                        // Where a stream stands now it can always be taken up, while it is open.
                        if position == newest, plain.open.contains(number) { Issue.record("\(id.text) is refused") }
                        continue
                    }
                    #expect(position <= newest)
                    #expect(events.map(\.message) == plain.all.filter { $0.id.stream == number && $0.id.position > position }.map(\.text))
                    #expect(isOpen == plain.open.contains(number))
                }
            }
        }
    }
}
