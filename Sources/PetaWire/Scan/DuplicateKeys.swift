internal import CPetaShim

/// Finds an object that has one key twice, however the two are spelled: readers differ in which of the values they take (RFC 8259,
/// section 4), so that what is judged would not be what runs.
///
/// Keys are told apart by 64-bit hashes with a seed that no sender knows: nothing is kept of them, and the time is linear.
package enum DuplicateKeys {
    /// Where the first key stands that its object has already; nil when there is none.
    /// - Parameter json: JSON text that was checked, with at most 64 containers inside one another.
    package static func first(in json: UnsafeRawBufferPointer) -> Int? {
        guard let base = json.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Walk.fewKeys) { few in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: Walk.levels) { starts in
                var walk = Walk(few: few, starts: starts)
                return walk.run(base, json.count)
            }
        }
    }

    private struct Walk {
        /// Keys of open objects that are held without memory of their own.
        static let fewKeys = 96
        /// Keys of one object that are compared one by one; beyond it a set is faster.
        static let fewOfOne = 16

        /// Containers inside one another, and one more.
        static let levels = 65

        private let few: UnsafeMutableBufferPointer<UInt64>
        /// For each depth where in `few` the keys of the innermost object begin.
        private let starts: UnsafeMutableBufferPointer<Int>
        private var count = 0
        /// A bit for each open container, the innermost lowest: 1 for an object.
        private var kinds: UInt64 = 0
        /// The keys of objects that have many, by their depth.
        private var many: [Int: Set<UInt64>] = [:]
        private var depth = 0

        init(few: UnsafeMutableBufferPointer<UInt64>, starts: UnsafeMutableBufferPointer<Int>) {
            self.few = few
            self.starts = starts
        }

        mutating func run(_ base: UnsafePointer<UInt8>, _ length: Int) -> Int? {
            var at = 0
            var keyComes = false
            while at < length {
                switch base[at] {
                case 0x7B:
                    open(object: true)
                    keyComes = true
                case 0x5B:
                    open(object: false)
                    keyComes = false
                case 0x7D, 0x5D:
                    close()
                    keyComes = false
                case 0x2C: keyComes = kinds & 1 == 1
                case 0x22:
                    let begin = at + 1
                    var escaped = false
                    at = begin
                    while true {
                        at += peta_json_plain(base + at, length - at)
                        guard at < length else { return nil }
                        if base[at] == 0x22 { break }
                        if base[at] == 0x5C {
                            escaped = true
                            at += 1
                        }
                        at += 1
                    }
                    if keyComes {
                        keyComes = false
                        let text = UnsafeRawBufferPointer(start: base + begin - 1, count: at - begin + 2)
                        guard insert(escaped ? Self.decoded(text) : Self.hash(UnsafeRawBufferPointer(rebasing: text[1..<text.count - 1])))
                        else { return begin - 1 }
                    }
                default: break
                }
                at += 1
            }
            return nil
        }

        private mutating func open(object: Bool) {
            // Deeper than the scanner lets through; nothing is judged there.
            guard depth < Self.levels - 1 else { return }
            depth += 1
            starts[depth] = count
            kinds = kinds << 1 | (object ? 1 : 0)
        }

        private mutating func close() {
            guard depth > 0 else { return }
            if !many.isEmpty { many[depth] = nil }
            count = starts[depth]
            kinds >>= 1
            depth -= 1
        }

        /// False if the innermost object has this key already.
        private mutating func insert(_ key: UInt64) -> Bool {
            let start = starts[depth]
            if !many.isEmpty, many[depth] != nil { return many[depth]?.insert(key).inserted ?? true }
            for at in start..<count where few[at] == key { return false }
            if count - start >= Self.fewOfOne || count >= Self.fewKeys {
                var all = Set(few[start..<count])
                all.insert(key)
                many[depth] = all
                count = start
                return true
            }
            few[count] = key
            count += 1
            return true
        }

        private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
            var hasher = Hasher()
            hasher.combine(bytes: key)
            return UInt64(bitPattern: Int64(hasher.finalize()))
        }

        /// The hash of what a key with escapes means. Half a surrogate pair counts as U+FFFD, as many readers take it.
        private static func decoded(_ text: UnsafeRawBufferPointer) -> UInt64 {
            guard var key = (try? JSON.parse(text, limits: JSONLimits(bytes: text.count, loneSurrogates: .replace)))?.string else {
                return hash(text)
            }
            return key.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
        }
    }
}
