import PetaCrypto
import PetaGateway
import PetaWire
import TestRandom
import Testing

/// `requestState` is what a hostile client brings back: only what was given to this user for this request, in time and once, is taken.
@Suite("The state of a request that asks") struct RequestStateTests {
    private let states = RequestStates()
    private static let params: JSON = ["name": "a", "arguments": ["x": 1, "y": [1, ["p": true, "q": .null]]]]

    private static func binding(_ user: String = "ada", _ method: String = "tools/call", _ params: JSON = params) -> SHA256Digest {
        RequestStates.binding(user: user, method: method, params: params)
    }

    private func sealed(_ content: RequestStates.Content, now: UInt64 = 100) throws -> String {
        try #require(states.seal(content, binding: Self.binding(), now: now))
    }

    private func opened(_ text: String, binding: SHA256Digest, now: UInt64) -> RequestStates.Content? {
        guard case .opened(let ticket) = states.open(text, binding: binding, user: "ada", now: now) else { return nil }
        return ticket.content
    }

    @Test("what was given back is good once more, and for one of many who bring it at once")
    func givenBack() async throws {
        let text = try sealed(.parked(7))
        for round in 0..<20 {
            let won = await withTaskGroup(of: RequestStates.Ticket?.self) { group in
                for _ in 0..<16 {
                    group.addTask { [states] in
                        guard case .opened(let ticket) = states.open(text, binding: Self.binding(), user: "ada", now: 100) else {
                            return nil
                        }
                        return ticket
                    }
                }
                return await group.reduce(into: [RequestStates.Ticket]()) { if let ticket = $1 { $0.append(ticket) } }
            }
            try #require(won.count == 1, "round \(round)")
            states.giveBack(won[0])
        }
        let used = try #require(opened(text, binding: Self.binding(), now: 100))
        #expect(used == .parked(7) && opened(text, binding: Self.binding(), now: 100) == nil)
    }

    @Test("a user that uses too many is refused, keeps what it was refused, and others are not refused")
    func share() throws {
        for _ in 0..<RequestStates.userLimit { #expect(opened(try sealed(.again), binding: Self.binding(), now: 100) == .again) }
        let late = try sealed(.again)
        #expect(states.open(late, binding: Self.binding(), user: "ada", now: 100) == .tooMany)
        let bobs = try #require(states.seal(.again, binding: Self.binding("bob"), now: 100))
        guard case .opened(let ticket) = states.open(bobs, binding: Self.binding("bob"), user: "bob", now: 100) else {
            return #expect(Bool(false), "bob is refused")
        }
        #expect(ticket.content == .again)
        #expect(states.open(late, binding: Self.binding(), user: "ada", now: 101) == .tooMany)
        // After a quarter of an hour there is room again.
        let next = 100 + RequestStates.seconds
        let fresh = try sealed(.again, now: next)
        #expect(opened(fresh, binding: Self.binding(), now: next) == .again)
    }

    @Test(
        "what is sealed is opened once, as it was",
        arguments: [
            RequestStates.Content.server(nil), .server([]), .server(Array(#""é\u0000""#.utf8)),
            .server(Array(repeating: 0xFF, count: 100_000)),
            .parked(0), .parked(.max), .again, .approval(rounds: 0), .approval(rounds: 255),
        ])
    func roundTrip(content: RequestStates.Content) throws {
        let text = try sealed(content)
        #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
        #expect(opened(text, binding: Self.binding(), now: 100) == content)
        #expect(opened(text, binding: Self.binding(), now: 100) == nil, "a replay")
        #expect(try sealed(content) != text, "two of the same look alike")
    }

    @Test("what was claimed comes back with its state")
    func claimed() throws {
        let states = RequestStates()
        let claim = RequestStates.Claim(id: "0123456789ab", request: "abc1-z")
        for content in [RequestStates.Content.again, .server(Array("s".utf8)), .parked(9)] {
            let text = try #require(states.seal(content, claim: claim, binding: Self.binding(), now: 100))
            guard case .opened(let ticket) = states.open(text, binding: Self.binding(), user: "ada", now: 100) else {
                Issue.record("it does not open")
                continue
            }
            #expect(ticket.claim == claim && ticket.content == content)
        }
    }

    @Test("a byte changed anywhere, one missing or one more makes it nothing, and leaves the true one good")
    func forged() throws {
        let text = try sealed(.parked(7))
        let bytes = Array(text.utf8)
        for position in bytes.indices {
            for other in [UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "."), 0x20, 0x00] {
                guard bytes[position] != other else { continue }
                var forged = bytes
                forged[position] = other
                #expect(opened(String(decoding: forged, as: UTF8.self), binding: Self.binding(), now: 100) == nil, "byte \(position)")
            }
            #expect(opened(String(decoding: bytes[..<position], as: UTF8.self), binding: Self.binding(), now: 100) == nil)
        }
        for more in ["A", "=", " ", "\n", "AAAA"] { #expect(opened(text + more, binding: Self.binding(), now: 100) == nil) }
        for nothing in ["", "p1.", "p1.AAAA", "p2." + text.dropFirst(3), String(text.dropFirst(3))] {
            #expect(opened(nothing, binding: Self.binding(), now: 100) == nil)
        }
        #expect(opened(text, binding: Self.binding(), now: 100) == .parked(7))
    }

    @Test("another user, another method, other params: it is nothing for them, and stays good for its own")
    func foreign() throws {
        let text = try sealed(.again)
        let others = [
            Self.binding("bob"), Self.binding("ada", "prompts/get"), Self.binding("ada", "tools/call", [:]),
            Self.binding("ada", "tools/call", ["name": "b", "arguments": Self.params["arguments"] ?? .null]),
            Self.binding("ada", "tools/call", ["name": "a", "arguments": ["x": 2, "y": [1, ["p": true, "q": .null]]]]),
            Self.binding("ada", "tools/call", ["name": "a", "arguments": ["x": 1, "y": [["p": true, "q": .null], 1]]]),
            Self.binding("ada", "tools/call", ["name": "a", "arguments": ["x": 1, "y": [1, ["p": true]]]]),
            Self.binding("ada", "tools/call", ["name": "a", "arguments": ["x": "1", "y": [1, ["p": true, "q": .null]]]]),
            Self.binding("ada", "tools/call", ["name": "a", "arguments": ["x": 1, "y": [1, ["p": true, "q": .null]]], "more": 1]),
            Self.binding("ada\",\"tools/call", "x"),
        ]
        for (number, other) in others.enumerated() { #expect(opened(text, binding: other, now: 100) == nil, "\(number)") }
        #expect(RequestStates().open(text, binding: Self.binding(), user: "ada", now: 100) == .invalid, "a process with another key")
        #expect(opened(text, binding: Self.binding(), now: 100) == .again)
    }

    @Test("a client may spell its request anew: the order of members, the envelope and the answers do not count")
    func respelled() throws {
        let text = try sealed(.again)
        let again: JSON = [
            "requestState": "x", "arguments": ["y": [1, ["q": .null, "p": true]], "x": 1], "_meta": ["progressToken": 9], "name": "a",
            "inputResponses": ["k": ["action": "accept"]],
        ]
        #expect(opened(text, binding: Self.binding("ada", "tools/call", again), now: 100) == .again)
        var random = SplitMix(seed: 3)
        for _ in 0..<50 {
            let text = try sealed(.again)
            #expect(opened(text, binding: Self.binding("ada", "tools/call", shuffled(Self.params, &random)), now: 100) == .again)
        }
    }

    private func shuffled(_ value: JSON, _ random: inout SplitMix) -> JSON {
        switch value {
        case .object(let members):
            return .object(members.map { .init(key: $0.key, value: shuffled($0.value, &random)) }.shuffled(using: &random))
        case .array(let items): return .array(items.map { shuffled($0, &random) })
        default: return value
        }
    }

    @Test("it is good until its time is over, and not a second longer")
    func expiry() throws {
        let end = 100 + RequestStates.seconds
        for (now, isGood) in [(100, true), (end - 1, true), (end, false), (end + 1, false), (UInt64.max, false)] {
            #expect((opened(try sealed(.again), binding: Self.binding(), now: now) != nil) == isGood, "\(now)")
        }
    }

    @Test("a replay is seen as long as the state would be good, however many others come between")
    func replay() throws {
        var old: [(String, UInt64)] = []
        for step in 0..<40 {
            let now = UInt64(100 + step * 97)
            let text = try sealed(.again, now: now)
            #expect(opened(text, binding: Self.binding(), now: now) == .again)
            old.append((text, now))
            for (text, _) in old { #expect(opened(text, binding: Self.binding(), now: now) == nil, "at \(now)") }
        }
    }

    @Test("what is too long is not even looked at")
    func long() throws {
        let text = "p1." + String(repeating: "A", count: 4 << 20)
        #expect(opened(text, binding: Self.binding(), now: 100) == nil)
    }
}
