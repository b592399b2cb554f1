/// Gives small numbers to names, without copying one that is known. What comes when it is full has none.
struct NameTable {
    /// A longer name is as good as none, in bytes: nobody would read it.
    static let longestName = 256

    private let most: Int
    private var slots: [Int32]
    private var hashes: [Int] = []
    private(set) var names: [[UInt8]] = []

    init(most: Int) {
        self.most = most
        // Never more than half full. Hashes are seeded for each process, so that no names can be chosen that fall together.
        var size = 16
        while size < most * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    /// The number of a name; nil where there is no room for it.
    mutating func index(of name: UnsafeRawBufferPointer) -> Int? {
        guard name.count <= Self.longestName else { return nil }
        var hasher = Hasher()
        hasher.combine(bytes: name)
        let hash = hasher.finalize()
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, names[index].elementsEqual(name) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard names.count < most else { return nil }
        slots[slot] = Int32(names.count)
        hashes.append(hash)
        names.append(Array(name))
        return names.count - 1
    }
}
