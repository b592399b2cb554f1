import PetaWire

/// The body of an export: `ExportTraceServiceRequest` in the JSON encoding of OTLP 1, where ids are hexadecimal and 64-bit numbers texts.
package struct SpanDocument: Sendable {
    private let head: [UInt8]

    /// - Parameters:
    ///   - version: of Peta.
    ///   - instance: tells this gateway from others.
    package init(version: String, instance: String) {
        var bytes = Array(#"{"resourceSpans":[{"resource":{"attributes":["#.utf8)
        let attributes: [(String, Span.Value)] = [
            ("service.name", .text("peta")), ("service.version", .text(version)), ("service.instance.id", .text(instance)),
        ]
        Self.append(attributes, to: &bytes)
        bytes += Array(#"]},"scopeSpans":[{"scope":{"name":"peta","version":"#.utf8)
        JSON.appendQuoted(version, into: &bytes)
        bytes += Array(#"},"spans":["#.utf8)
        head = bytes
    }

    package func bytes(_ spans: [Span]) -> [UInt8] {
        var out = head
        for (at, span) in spans.enumerated() {
            if at > 0 { out.append(0x2C) }
            Self.append(span, to: &out)
        }
        out += Array("]}]}]}".utf8)
        return out
    }

    private static func append(_ span: Span, to out: inout [UInt8]) {
        func text(_ text: String) { out += Array(text.utf8) }
        text(#"{"traceId":"\#(span.context.traceText)","spanId":"\#(TraceContext.text(span.id))""#)
        if span.hasParent { text(#","parentSpanId":"\#(TraceContext.text(span.context.span))""#) }
        if let state = span.state {
            text(#","traceState":"#)
            JSON.appendQuoted(String(decoding: state, as: UTF8.self), into: &out)
        }
        text(#","flags":\#(span.context.flags | TraceContext.sampled),"name":"#)
        JSON.appendQuoted(span.name, into: &out)
        text(#","kind":\#(span.kind.rawValue),"startTimeUnixNano":"\#(span.start)","endTimeUnixNano":"\#(span.end)","attributes":["#)
        append(span.attributes, to: &out)
        text("]")
        if let failure = span.failure {
            text(#","status":{"code":2,"message":"#)
            JSON.appendQuoted(failure, into: &out)
            text("}")
        }
        text("}")
    }

    private static func append(_ attributes: [(key: String, value: Span.Value)], to out: inout [UInt8]) {
        for (at, (key, value)) in attributes.enumerated() {
            out += Array((at > 0 ? "," : "").utf8) + Array(#"{"key":"#.utf8)
            JSON.appendQuoted(key, into: &out)
            switch value {
            case .text(let text):
                out += Array(#","value":{"stringValue":"#.utf8)
                JSON.appendQuoted(text, into: &out)
                out += Array("}}".utf8)
            case .number(let number): out += Array(#","value":{"intValue":"\#(number)"}}"#.utf8)
            }
        }
    }

    /// How many spans the receiver says that it did not take (`partialSuccess`), and why.
    package static func rejected(_ answer: [UInt8]) -> (count: Int, why: String)? {
        guard let partial = (try? JSON.parse(answer))?["partialSuccess"] else { return nil }
        let count: Int
        switch partial["rejectedSpans"] {
        case .string(let text)?: count = Int(text) ?? 0
        case .number(let text)?: count = Int(text) ?? 0
        default: count = 0
        }
        return count > 0 ? (count, String((partial["errorMessage"]?.string ?? "").prefix(200))) : nil
    }
}
