/// Where something stands in a message: a half-open range of byte offsets. An empty one stands for "not there".
package struct ByteRange: Equatable, Sendable {
    /// Offset of the first byte.
    package var start: Int32
    /// Offset behind the last byte.
    package var end: Int32

    /// Nothing.
    package static let none = ByteRange(0, 0)

    /// A range from `start` up to, not including, `end`.
    @inlinable package init(_ start: Int, _ end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    /// True where there is nothing.
    @inlinable package var isEmpty: Bool { end <= start }
    /// Length in bytes.
    @inlinable package var count: Int { Int(end - start) }
    /// Offset of the first byte, as the standard library wants it.
    @inlinable package var lower: Int { Int(start) }
    /// Offset behind the last byte, as the standard library wants it.
    @inlinable package var upper: Int { Int(end) }

    /// The bytes of this range in `buffer`. The range must come from a scan of that buffer.
    @inlinable package func slice(of buffer: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[lower..<upper])
    }

    /// True if the bytes of this range are exactly `text`.
    @inlinable package func equals(_ text: StaticString, in buffer: UnsafeRawBufferPointer) -> Bool {
        slice(of: buffer).equals(text)
    }
}

extension UnsafeRawBufferPointer {
    /// True if these bytes are exactly `text`.
    @inlinable package func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        guard let base = baseAddress else { return true }
        return memoryEquals(base, UnsafeRawPointer(text.utf8Start), count)
    }

    /// True if these bytes are `text` in any mix of cases. `text` must be lower-case ASCII.
    @inlinable package func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let other = text.utf8Start
        for i in 0..<count {
            var byte = self[i]
            if byte &- 0x41 < 26 { byte |= 0x20 }
            if byte != other[i] { return false }
        }
        return true
    }

    /// These bytes as a string; invalid UTF-8 is replaced.
    @inlinable package var text: String { String(decoding: self, as: UTF8.self) }
}

/// memcmp(3) as a truth value.
@inlinable package func memoryEquals(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
    var i = 0
    while i + 8 <= count {
        if a.loadUnaligned(fromByteOffset: i, as: UInt64.self) != b.loadUnaligned(fromByteOffset: i, as: UInt64.self) { return false }
        i += 8
    }
    while i < count {
        if a.load(fromByteOffset: i, as: UInt8.self) != b.load(fromByteOffset: i, as: UInt8.self) { return false }
        i += 1
    }
    return true
}
