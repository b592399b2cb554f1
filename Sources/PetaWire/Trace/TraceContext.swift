/// Where a request stands in a distributed trace: what `traceparent` says (W3C Trace Context, section 3.2). Takes no memory of its own.
package struct TraceContext: Sendable, Equatable {
    /// The trace id, which is never zero.
    package let high: UInt64
    package let low: UInt64
    /// The id of the span that this hop is a child of (`parent-id`), never zero.
    package let span: UInt64
    /// Bit 0: the caller may have recorded it; bit 1: the trace id is random (level 2). Other bits mean nothing yet and are zero.
    package let flags: UInt8

    package static let sampled: UInt8 = 1
    package static let random: UInt8 = 2
    /// Bytes of a `traceparent` of version 00.
    package static let length = 55

    /// Zeroes in an id, which mean nothing, become ones.
    package init(high: UInt64, low: UInt64, span: UInt64, flags: UInt8) {
        self.high = high
        self.low = high | low == 0 ? 1 : low
        self.span = span == 0 ? 1 : span
        self.flags = flags & (Self.sampled | Self.random)
    }

    package var isSampled: Bool { flags & Self.sampled != 0 }

    /// Reads a `traceparent`. Nil for whatever the specification does not allow: then a new trace begins.
    ///
    /// Of a later version the fields of version 00 are read, as it asks for.
    package init?(_ text: UnsafeRawBufferPointer) {
        guard text.count >= Self.length, let version = Self.number(text, 0, 2), version != 0xFF, text[2] == Self.dash,
            let high = Self.number(text, 3, 16), let low = Self.number(text, 19, 16), text[35] == Self.dash,
            let span = Self.number(text, 36, 16), text[52] == Self.dash, let flags = Self.number(text, 53, 2)
        else { return nil }
        guard text.count == Self.length || version > 0 && text[Self.length] == Self.dash else { return nil }
        guard high | low != 0, span != 0 else { return nil }
        self.init(high: high, low: low, span: span, flags: UInt8(flags))
    }

    /// The same trace, as a child of another span.
    package func child(of span: UInt64, isSampled: Bool) -> TraceContext {
        TraceContext(high: high, low: low, span: span, flags: flags & Self.random | (isSampled ? Self.sampled : 0))
    }

    /// The text of version 00, byte by byte.
    @inline(__always)
    package func write(_ put: (UInt8) -> Void) {
        put(0x30)
        put(0x30)
        put(Self.dash)
        Self.digits(high, 16, put)
        Self.digits(low, 16, put)
        put(Self.dash)
        Self.digits(span, 16, put)
        put(Self.dash)
        Self.digits(UInt64(flags), 2, put)
    }

    /// The text of version 00.
    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        write { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The trace id in 32 hexadecimal digits.
    package var traceText: String { Self.text(high) + Self.text(low) }

    /// An id in 16 hexadecimal digits.
    package static func text(_ id: UInt64) -> String {
        var bytes: [UInt8] = []
        digits(id, 16) { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let dash: UInt8 = 0x2D

    @inline(__always)
    private static func digits(_ value: UInt64, _ count: Int, _ put: (UInt8) -> Void) {
        for at in stride(from: (count - 1) * 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(at) & 15)
            put(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// Lower-case hexadecimal digits and nothing else.
    private static func number(_ text: UnsafeRawBufferPointer, _ from: Int, _ count: Int) -> UInt64? {
        var value: UInt64 = 0
        for byte in text[from..<from + count] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return value
    }
}
