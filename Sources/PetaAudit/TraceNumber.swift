/// A W3C trace id as a number, so that a record holds one without memory of its own.
package struct TraceNumber: Sendable, Equatable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The digits.
    package var text: String {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
            String(unsafeUninitializedCapacity: 32) { out in
                guard var writer = JSONWriter(UnsafeMutableRawBufferPointer(out)) else { return 0 }
                writer.hexadecimal(bytes)
                return writer.count
            }
        }
    }
}
