import Foundation
import PetaTelemetry
import PetaWire
import Testing

@Suite("The body of an export")
struct SpanDocumentTests {
    @Test("has the field names of the protocol, hexadecimal ids and 64-bit numbers as texts")
    func fields() throws {
        let context = TraceContext(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736, span: 0x00f0_67aa_0ba9_02b7, flags: 1)
        var span = Span(
            context, hasParent: true, id: 5, name: "tools/call a::\"b\"", kind: .server, start: 1_700_000_000_000_000_001, end: 2)
        span.attributes = [("peta.server", .text("a")), ("peta.bytes_in", .number(7))]
        span.failure = "timeout"
        span.state = Array("rojo=1".utf8)
        let root = Span(context, hasParent: false, id: 6, name: "x", kind: .client, start: 1, end: 3)
        let bytes = SpanDocument(version: "1.0", instance: "i").bytes([span, root])
        let document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let resource = try #require((document["resourceSpans"] as? [[String: Any]])?.first)
        let attributes = try #require((resource["resource"] as? [String: Any])?["attributes"] as? [[String: Any]])
        #expect(attributes.map { $0["key"] as? String } == ["service.name", "service.version", "service.instance.id"])
        let spans = try #require(((resource["scopeSpans"] as? [[String: Any]])?.first)?["spans"] as? [[String: Any]])
        let first = spans[0]
        #expect(first["traceId"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(first["spanId"] as? String == "0000000000000005" && first["parentSpanId"] as? String == "00f067aa0ba902b7")
        #expect(first["name"] as? String == "tools/call a::\"b\"" && first["kind"] as? Int == 2)
        #expect(first["startTimeUnixNano"] as? String == "1700000000000000001")
        // A clock that was set back never makes a span end before it began.
        #expect(first["endTimeUnixNano"] as? String == "1700000000000000001")
        #expect(first["traceState"] as? String == "rojo=1")
        #expect((first["status"] as? [String: Any])?["code"] as? Int == 2)
        let values = try #require(first["attributes"] as? [[String: Any]]).compactMap { $0["value"] as? [String: String] }
        #expect(values == [["stringValue": "a"], ["intValue": "7"]])
        #expect(spans[1]["parentSpanId"] == nil && spans[1]["status"] == nil && spans[1]["kind"] as? Int == 3)
    }

    @Test("what the receiver did not take is read from its answer, whatever form its number has")
    func partial() {
        #expect(SpanDocument.rejected(Array(#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}"#.utf8))?.count == 3)
        #expect(SpanDocument.rejected(Array(#"{"partialSuccess":{"rejectedSpans":2}}"#.utf8))?.count == 2)
        for nothing in ["", "{}", #"{"partialSuccess":{}}"#, #"{"partialSuccess":{"rejectedSpans":0}}"#, "[1]", "nonsense"] {
            #expect(SpanDocument.rejected(Array(nothing.utf8)) == nil, "\(nothing)")
        }
    }
}
