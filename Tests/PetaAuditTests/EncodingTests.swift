import Foundation
import PetaAudit
import PetaCrypto
import Testing

@Suite("Records as JSON")
struct EncodingTests {
    private func json(_ record: AuditRecord) -> String {
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private var full: AuditRecord {
        var record = AuditRecord(time: 1_795_410_367_000_008, kind: .admin)
        record.requestID = "r1"
        record.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
        record.user = "alice"
        record.role = "user"
        record.tokenID = "t1"
        record.clientName = "desk"
        record.clientVersion = "1.0"
        record.address = "127.0.0.1"
        record.session = "s1"
        record.method = "tools/call"
        record.server = "demo"
        record.tool = "echo"
        record.decision = .requireApproval
        record.rule = "deny-all"
        record.approvalID = "a1"
        record.outcome = .pending
        record.error = "no"
        record.duration = 12_345
        record.downstreamDuration = 7
        record.bytesIn = 0
        record.bytesOut = 9_223_372_036_854_775_807
        record.cached = true
        record.argumentsDigest = SHA256Digest(hex: String(repeating: "0f", count: 32))
        record.secrets = #"["a","b"]"#
        record.inputs = #"{"$amount":"5","$x":null}"#
        record.arguments = #"{"amount":5}"#
        record.uid = 4_294_967_295
        record.pid = 42
        record.command = "server add"
        record.target = "demo"
        record.detail = "more"
        return record
    }

    @Test("every field is written under its documented name and in its documented form")
    func allFields() {
        #expect(
            json(full)
                == #"{"time":"2026-11-23T05:06:07.000008Z","kind":"admin","requestId":"r1","#
                + #""traceId":"4bf92f3577b34da6a3ce929d0e0e4736","user":"alice","role":"user","tokenId":"t1","#
                + #""client":{"name":"desk","version":"1.0"},"address":"127.0.0.1","session":"s1","method":"tools/call","#
                + #""server":"demo","tool":"echo","decision":"require_approval","rule":"deny-all","approvalId":"a1","#
                + #""outcome":"pending","error":"no","durationMs":12.345,"downstreamMs":0.007,"bytesIn":0,"#
                + #""bytesOut":9223372036854775807,"cached":true,"argumentsDigest":""# + String(repeating: "0f", count: 32)
                + #"","secrets":["a","b"],"inputs":{"$amount":"5","$x":null},"arguments":{"amount":5},"uid":4294967295,"pid":42,"command":"server add","target":"demo","detail":"more"}"#
        )
    }

    @Test("what is not there is left out")
    func empty() {
        #expect(json(AuditRecord(time: 0, kind: .call)) == #"{"time":"1970-01-01T00:00:00.000000Z","kind":"call"}"#)
    }

    @Test("a client without a name or without a version keeps the other")
    func halfClients() throws {
        var record = AuditRecord(time: 0, kind: .call)
        record.clientVersion = "2"
        #expect(json(record).hasSuffix(#""client":{"version":"2"}}"#))
        #expect(try AuditRecord(json: Array(json(record).utf8)) == record)
        record.clientName = "x"
        record.clientVersion = nil
        #expect(json(record).hasSuffix(#""client":{"name":"x"}}"#))
        #expect(try AuditRecord(json: Array(json(record).utf8)) == record)
    }

    @Test("a record reads back as it was written")
    func roundTrip() throws {
        #expect(try AuditRecord(json: Array(json(full).utf8)) == full)
        for outcome in AuditOutcome.allCases {
            for decision in AuditDecision.allCases {
                var record = AuditRecord(time: 5, kind: .call)
                record.outcome = outcome
                record.decision = decision
                record.cached = false
                #expect(try AuditRecord(json: Array(json(record).utf8)) == record)
            }
        }
    }

    @Test("what is JSON already is written as it is, reads back the same, and nothing else is taken for it")
    func whole() throws {
        var record = AuditRecord(time: 1, kind: .call)
        record.arguments = #"{"a\u0000":"\",\"outcome\":\"ok","b":[{"user":"mallory"}]}"# + ""
        record.user = "alice"
        let read = try AuditRecord(json: Array(json(record).utf8))
        #expect(read == record && read.user == "alice" && read.outcome == nil)
        record.arguments = #"{"a":""# + String(repeating: "x", count: 4000) + #""}"#
        #expect(try AuditRecord(json: Array(json(record).utf8)) == record)
        for wrong in [#""secrets":"a""#, #""inputs":[]"#, #""arguments":1"#] {
            let text = #"{"time":"1970-01-01T00:00:00.000000Z","kind":"call","# + wrong + "}"
            #expect(throws: AuditDecodingError.self) { try AuditRecord(json: Array(text.utf8)) }
        }
    }

    static let hostile: [String] =
        [
            "", "\"", "\\", "\\\"", "\u{0}", "\u{1f}\u{7f}\u{80}", "\n\r\t\u{8}\u{c}", "</script>", "\u{2028}\u{2029}", "😀", "e\u{301}",
            "\u{FFFD}\u{10FFFF}\u{FEFF}", "\",\"outcome\":\"ok", "%s%n", "12345678", "1234567\"", "\"2345678", "12345678\\", "ÄÄÄÄÄÄÄÄ",
            String(repeating: "\u{1}", count: 5000), String(repeating: "a\"", count: 700), String(repeating: "ü😀", count: 900),
        ] + (0..<20).map { String(repeating: "x", count: $0) + "\"" + String(repeating: "y", count: 20 - $0) }

    @Test("any text comes back whole and is JSON that others read the same way", arguments: hostile)
    func hostileText(text: String) throws {
        var record = AuditRecord(time: 1, kind: .call)
        record.requestID = text
        record.user = text
        record.clientName = text
        record.error = text
        record.detail = text
        let bytes = Array(json(record).utf8)
        #expect(try AuditRecord(json: bytes) == record)
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(parsed["user"] as? String == text)
        #expect(parsed["detail"] as? String == text)
        #expect((parsed["client"] as? [String: Any])?["name"] as? String == text)
        #expect(parsed.count == 7)
    }

    @Test("every character below U+0800 comes back whole at every place of a word")
    func everyCharacter() throws {
        for value in UInt32(0)..<0x800 {
            let scalar = try #require(Unicode.Scalar(value))
            var record = AuditRecord(time: 1, kind: .call)
            record.user = String(repeating: "p", count: Int(value) % 9) + String(scalar) + "pppp"
            #expect(try AuditRecord(json: Array(json(record).utf8)).user == record.user)
        }
    }

    @Test("a buffer that is too small by any number of bytes is refused and not overrun")
    func smallBuffers() {
        let length = json(full).utf8.count
        for size in 0..<length {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: length + 8, alignment: 8)
            defer { buffer.deallocate() }
            buffer.initializeMemory(as: UInt8.self, repeating: 0xEE)
            #expect(full.encode(to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])) == nil)
            #expect(buffer[size...].allSatisfy { $0 == 0xEE })
        }
    }

    @Test(
        "what is not a record is refused",
        arguments: [
            "", "{", "{}", "[]", "null", "{\"time\":\"2026-11-23T05:06:07.000008Z\"}", "{\"kind\":\"call\"}",
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call"}x"#, #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call",}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"spell"}"#, #"{"time":"2026-02-30T05:06:07.000008Z","kind":"call"}"#,
            #"{"time":"2026-11-23 05:06:07.000008Z","kind":"call"}"#, #"{"time":5,"kind":"call"}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","user":5}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","user":"\ud800"}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","user":"\q"}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","user":"a"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","bytesIn":1e3}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","durationMs":-1.000}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","x":[[[}"#,
            #"{"time":"2026-11-23T05:06:07.000008Z","kind":"call","pid":4294967295}"#,
        ])
    func refused(text: String) {
        #expect(throws: AuditDecodingError.self) { try AuditRecord(json: Array(text.utf8)) }
    }

    @Test("escapes, white space and members of a later version are understood")
    func lenient() throws {
        let text =
            " { \"x\" : [ {\"y\":\"]}\"} , 1 ] , \"time\":\"2026-11-23T05:06:07.000008Z\",\n"
            + #""kind":"call","user":"\u00e9\ud83d\ude00\/\b\f","durationMs":3,"downstreamMs":0.5} "#
        let record = try AuditRecord(json: Array(text.utf8))
        #expect(record.user == "é😀/\u{8}\u{c}")
        #expect(record.duration == 3000)
        #expect(record.downstreamDuration == 500)
    }

    @Test("no cut and no changed byte of a record crashes the reader")
    func mutations() {
        let bytes = Array(json(full).utf8)
        var refused = 0
        for cut in 0..<bytes.count where (try? AuditRecord(json: bytes[..<cut])) == nil { refused += 1 }
        #expect(refused == bytes.count)
        for at in bytes.indices {
            for value: UInt8 in [0, 0x22, 0x5c, 0x7b, 0x7d, 0x80, 0xff] {
                var changed = bytes
                changed[at] = value
                _ = try? AuditRecord(json: changed)
            }
        }
    }

    @Test("times agree with another calendar, from the year 0 to 9999")
    func times() throws {
        let reader = ISO8601DateFormatter()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let time = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random)
            let text = json(AuditRecord(time: time, kind: .call)).dropFirst(9).prefix(27)
            #expect(try AuditRecord(json: Array(json(AuditRecord(time: time, kind: .call)).utf8)).time == time)
            // Foundation's formatter is Julian before 1582.
            guard time > -12_219_292_800_000_000 else { continue }
            let seconds = try #require(reader.date(from: text.prefix(19) + "Z")).timeIntervalSince1970
            #expect(Int64(seconds) == time.dividedDown(by: 1_000_000))
            #expect(Int64(text.dropFirst(20).prefix(6)) == time - time.dividedDown(by: 1_000_000) * 1_000_000)
        }
        #expect(json(AuditRecord(time: .max, kind: .call)).contains("9999-12-31T23:59:59.999999Z"))
        #expect(json(AuditRecord(time: .min, kind: .call)).contains("0000-01-01T00:00:00.000000Z"))
    }

    @Test("a stored record's line begins with its number")
    func line() async throws {
        try await Place().withLog { log, _ throws in
            try await log.commit([call("a")])
            let line = try #require(log.tail(n: 1).first).line
            #expect(String(decoding: line, as: UTF8.self).hasPrefix(#"{"seq":1,"time":"2023-11-14T22:13:20.000000Z","kind":"call","#))
            _ = try JSONSerialization.jsonObject(with: Data(line))
        }
    }
}

extension Int64 {
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
