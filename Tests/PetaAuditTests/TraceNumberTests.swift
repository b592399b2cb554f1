import PetaAudit
import Testing

@Suite("The trace of a record")
struct TraceNumberTests {
    @Test("is written as it was given, and nothing else is one")
    func text() {
        let id = "00f92f3577b34da6a3ce929d0e0e4736"
        #expect(TraceNumber(id)?.text == id)
        for none in ["", "4bf9", String(repeating: "g", count: 32), id.uppercased(), id + "0", "+" + id.dropFirst()] {
            #expect(TraceNumber(none) == nil, "\(none)")
        }
        var record = AuditRecord(time: 0, kind: .call)
        record.traceID = id
        #expect(record.trace == TraceNumber(id) && record.traceID == id)
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""traceId":"00f92f3577b34da6a3ce929d0e0e4736""#))
        record.traceID = "none"
        #expect(record.trace == nil)
    }
}
