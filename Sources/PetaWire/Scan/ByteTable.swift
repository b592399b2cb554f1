/// An immutable map from byte strings to values, looked up without making a string: a look-up costs the same with
/// ten entries as with ten thousand and allocates nothing.
package struct ByteTable<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var hash: UInt64
        var start: Int32
        var count: Int32
        var value: Value?
    }
    private var keys: [UInt8] = []
    private var slots: [Slot]
    private let mask: Int
    private let seed: UInt64
    /// Number of entries.
    package private(set) var count = 0

    /// A table of these entries; of two with one key, the first stays.
    package init(_ entries: some Collection<(key: [UInt8], value: Value)>) {
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        mask = size - 1
        seed = UInt64.random(in: .min ... .max)  // the keys come from other people's servers
        slots = Array(repeating: Slot(hash: 0, start: 0, count: 0, value: nil), count: size)
        for (key, value) in entries {
            let hash = key.withUnsafeBytes { Self.hash($0, seed) }
            guard key.withUnsafeBytes({ find($0, hash) }) == nil else { continue }
            var i = Int(truncatingIfNeeded: hash) & mask
            while slots[i].value != nil { i = (i + 1) & mask }
            slots[i] = Slot(hash: hash, start: Int32(keys.count), count: Int32(key.count), value: value)
            keys += key
            count += 1
        }
    }

    /// The value at `key`, if any.
    package subscript(_ key: UnsafeRawBufferPointer) -> Value? { find(key, Self.hash(key, seed)) }

    private func find(_ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Value? {
        var i = Int(truncatingIfNeeded: hash) & mask
        while let value = slots[i].value {
            if slots[i].hash == hash, Int(slots[i].count) == key.count, sameKey(slots[i], key) { return value }
            i = (i + 1) & mask
        }
        return nil
    }

    private func sameKey(_ slot: Slot, _ key: UnsafeRawBufferPointer) -> Bool {
        guard let other = key.baseAddress else { return slot.count == 0 }
        return keys.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return slot.count == 0 }
            return memoryEquals(base + Int(slot.start), other, key.count)
        }
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var h = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var i = 0
        while i + 8 <= bytes.count {
            h = mix(h ^ bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self))
            i += 8
        }
        var tail: UInt64 = 0
        while i < bytes.count {
            tail = tail << 8 | UInt64(bytes[i])
            i += 1
        }
        return mix(h ^ tail)
    }

    @inline(__always) private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = (value ^ 0xE703_7ED1_A0B4_28DB).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return high ^ low
    }
}
