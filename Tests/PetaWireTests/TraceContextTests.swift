import PetaWire
import TestRandom
import Testing

@Suite("W3C trace context")
struct TraceContextTests {
    private static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private static func read(_ text: String) -> TraceContext? { Array(text.utf8).withUnsafeBytes { TraceContext($0) } }

    private static func isState(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { TraceState.isValid($0) } }

    @Test("a traceparent is read and written the same")
    func roundTrip() throws {
        let context = try #require(Self.read(Self.good))
        #expect(context.traceText == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(TraceContext.text(context.span) == "00f067aa0ba902b7")
        #expect(context.isSampled)
        #expect(context.text == Self.good)
        #expect(context.child(of: 1, isSampled: false).text == "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-00")
    }

    @Test(
        "what the specification does not allow is none",
        arguments: [
            "", "00", good + "-", good + "0", String(good.dropLast()), good.uppercased(),
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-011", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x", " " + good, good + " ",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            good + "-what-the-future-will-be-like", "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
        ])
    func invalid(_ text: String) { #expect(Self.read(text) == nil) }

    @Test("of a later version the fields that are known are read, and written as version 00")
    func later() throws {
        for text in [
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes",
        ] {
            #expect(try #require(Self.read(text)).text == Self.good)
        }
    }

    @Test("flags that mean nothing yet are not passed on")
    func flags() throws {
        let context = try #require(Self.read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff"))
        #expect(context.text.hasSuffix("-03"))
    }

    @Test("no bytes are read differently from how they are spelled, whatever they are")
    func fuzz() throws {
        var random = SplitMix(seed: 20)
        let alphabet = Array("0123456789abcdefABCDEFg-_ ~".utf8)
        var read = 0
        for round in 0..<50_000 {
            var bytes = Array(Self.good.utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let at = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: if !bytes.isEmpty { bytes[at] = alphabet.randomElement(using: &random) ?? 0x30 }
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0x30, at: at)
                default: if !bytes.isEmpty { bytes.remove(at: at) }
                }
            }
            guard let context = bytes.withUnsafeBytes({ TraceContext($0) }) else { continue }
            read += 1
            let text = String(decoding: bytes, as: UTF8.self)
            // An independent reader: a version that is none of ff, and the fields where they stand.
            let match = try #require(
                text.wholeMatch(of: /([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?/), "round \(round): \(text)")
            #expect(match.1 != "ff" && match.2.contains { $0 != "0" } && match.3.contains { $0 != "0" })
            #expect(match.1 != "00" || match.5 == nil)
            #expect(context.traceText == match.2 && TraceContext.text(context.span) == match.3)
        }
        #expect(read > 1000)
    }

    @Test(
        "lists of vendors that may be passed on",
        arguments: [
            "rojo=00f067aa0ba902b7", "rojo=1,congo=t61rcWkgMzE", "a=1 , b=2", "fw529a3039@dt=FfAQ;x", "0tenant@vendor=v", "a=1,,b=2",
            "a= x", "a*/_-=1",
            "a=\"quoted\\\"",
        ])
    func state(_ text: String) { #expect(Self.isState(text)) }

    @Test(
        "and lists that are not",
        arguments: [
            "", " ", ",", "a", "=1", "A=1", "a=", "a=1,a=2", "a=b=c", "1a=1", "a@=1", "@a=1", "a@1b=1", "a@b@c=1", "a=\u{7f}", "a=ü",
            "a=x\ty",
            "a@" + String(repeating: "b", count: 15) + "=1", String(repeating: "a", count: 257) + "=1",
            "a=" + String(repeating: "b", count: 257),
            (0..<33).map { "k\($0)=v" }.joined(separator: ","), "a=" + String(repeating: " ", count: 20) + ",b=1, =2",
        ])
    func badState(_ text: String) { #expect(!Self.isState(text)) }

    @Test("ids that are made are never zero, and differ")
    func made() {
        var random = TraceRandom()
        var seen: Set<String> = []
        for _ in 0..<10_000 {
            let trace = random.trace(isSampled: true)
            #expect(Self.read(trace.text) == trace)
            seen.insert(trace.traceText)
        }
        #expect(seen.count == 10_000)
    }
}
