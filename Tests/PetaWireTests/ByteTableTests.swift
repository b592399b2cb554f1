import PetaWire
import TestRandom
import Testing

/// The table that is looked up by bytes, and the ranges that name them.
@Suite("Byte tables and ranges") struct ByteTableTests {
    @Test("a table answers as a dictionary does", arguments: [0, 1, 3, 4, 5, 100, 3000])
    func dictionary(size: Int) {
        var random = SplitMix(seed: UInt64(size) + 40)
        func key() -> [UInt8] {
            (0..<random.below(random.chance(10) ? 40 : 4)).map { _ in UInt8(random.below(random.chance(50) ? 256 : 3)) }
        }
        var entries: [(key: [UInt8], value: Int)] = []
        for value in 0..<size { entries.append((key(), value)) }
        var dictionary: [[UInt8]: Int] = [:]
        for (key, value) in entries where dictionary[key] == nil { dictionary[key] = value }
        let table = ByteTable(entries)
        #expect(table.count == dictionary.count)
        var missed = 0
        for (key, value) in dictionary where key.withUnsafeBytes({ table[$0] }) != value { missed += 1 }
        for _ in 0..<2_000 {
            let key = key()
            if key.withUnsafeBytes({ table[$0] }) != dictionary[key] { missed += 1 }
        }
        #expect(missed == 0)
    }

    @Test("keys that differ in one byte, in length or by zeros are different keys")
    func similar() {
        var keys: [[UInt8]] = []
        for count in 0...33 {
            keys.append(Array(repeating: 0, count: count))
            for place in 0..<count {
                var key = [UInt8](repeating: 0, count: count)
                key[place] = 1
                keys.append(key)
            }
        }
        let table = ByteTable(keys.enumerated().map { (key: $1, value: $0) })
        #expect(table.count == keys.count)
        for (index, key) in keys.enumerated() { #expect(key.withUnsafeBytes { table[$0] } == index) }
        #expect(Array(repeating: UInt8(0), count: 34).withUnsafeBytes { table[$0] } == nil)
    }

    @Test("the empty key is a key, with an address or without one")
    func emptyKey() {
        let nowhere = UnsafeRawBufferPointer(start: nil, count: 0)
        for others in [[], [(key: [UInt8(1)], value: 1)]] {
            let table = ByteTable(others + [(key: [], value: 7)])
            #expect(table[nowhere] == 7)
            #expect(([1, 2] as [UInt8]).withUnsafeBytes { table[UnsafeRawBufferPointer(rebasing: $0[1..<1])] } == 7)
            #expect(ByteTable(others)[nowhere] == nil)
        }
    }

    @Test("of two entries with one key the first stays")
    func first() {
        let table = ByteTable([(key: [1], value: 1), (key: [1], value: 2), (key: [2], value: 3)])
        #expect(table.count == 2)
        #expect(([1] as [UInt8]).withUnsafeBytes { table[$0] } == 1)
    }

    @Test("a look-up stays within the key")
    func bounds() throws {
        let memory = try GuardedMemory(capacity: 4096)
        let table = ByteTable((0..<40).map { (key: Array(repeating: UInt8(9), count: $0), value: $0) })
        for count in 0..<60 {
            memory.with(Array(repeating: UInt8(9), count: count)) { key in #expect(table[key] == (count < 40 ? count : nil)) }
        }
    }

    @Test("a range compares as its bytes do, at every length and difference")
    func comparing() throws {
        let text: StaticString = "0123456789abcdefghijk"
        let bytes = Array("0123456789abcdefghijk".utf8)
        let memory = try GuardedMemory(capacity: 4096)
        memory.with(bytes) { #expect(ByteRange(0, bytes.count).equals(text, in: $0)) }
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x20
            memory.with(other) { buffer in
                #expect(!buffer.equals(text))
                #expect(!ByteRange(0, other.count).equals(text, in: buffer))
                let isLetter = bytes[place] >= UInt8(ascii: "a")
                #expect(buffer.equalsIgnoringCase(text) == isLetter)
            }
            memory.with(bytes[..<place]) { #expect(!$0.equals(text) && !$0.equalsIgnoringCase(text)) }
        }
    }

    @Test("only ASCII letters have two cases")
    func cases() {
        for byte in UInt8.min...UInt8.max {
            let isK = byte == UInt8(ascii: "k") || byte == UInt8(ascii: "K")
            [byte].withUnsafeBytes { #expect($0.equalsIgnoringCase("k") == isK) }
            [byte].withUnsafeBytes { #expect($0.equalsIgnoringCase("[") == (byte == UInt8(ascii: "["))) }
            [byte].withUnsafeBytes { #expect($0.equalsIgnoringCase("@") == (byte == UInt8(ascii: "@"))) }
        }
    }

    @Test("a range gives its bytes and says when it is empty")
    func ranges() {
        let bytes = Array("hello".utf8)
        bytes.withUnsafeBytes { buffer in
            #expect(ByteRange(1, 3).slice(of: buffer).text == "el")
            #expect(ByteRange(1, 3).count == 2)
            #expect(ByteRange.none.isEmpty && ByteRange(4, 4).isEmpty && !ByteRange(4, 5).isEmpty)
            #expect(ByteRange.none.slice(of: buffer).equals(""))
            #expect(ByteRange(0, 5).equals("hello", in: buffer) && !ByteRange(0, 4).equals("hello", in: buffer))
            #expect(ByteRange(1, 3) == ByteRange(1, 3) && ByteRange(1, 3) != ByteRange(1, 4))
        }
        #expect(UnsafeRawBufferPointer(start: nil, count: 0).equals(""))
    }
}
