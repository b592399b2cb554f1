/// The name of one event: its stream within the session, and its place in that stream. `0-7` is the seventh event of the
/// general stream, `3-0` the beginning of the third call's.
package struct EventID: Hashable, Sendable {
    package var stream: UInt32
    package var position: UInt64

    package init(stream: UInt32, position: UInt64) {
        self.stream = stream
        self.position = position
    }

    /// Reads the one spelling that is given out; nil for everything else.
    package init?(_ text: UnsafeRawBufferPointer) {
        guard text.count <= 31, let dash = text.firstIndex(of: 0x2D),
            let stream = Self.number(text[..<dash]), let position = Self.number(text[(dash + 1)...]), stream <= UInt64(UInt32.max)
        else { return nil }
        self.init(stream: UInt32(stream), position: position)
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        guard let first = digits.first, first != 0x30 || digits.count == 1 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - 0x30))
            guard !over, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The spelling on the wire.
    package var text: String { "\(stream)-\(position)" }
}
