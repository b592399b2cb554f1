import Glibc

/// Text compared by its UTF-8 bytes. `String ==` compares by canonical equivalence, by which two different JSON
/// keys, tool names or URIs can be "equal".
struct ExactText: Hashable {
    let text: String

    static func same(_ a: String, _ b: String) -> Bool {
        let fast = a.utf8.withContiguousStorageIfAvailable { x in
            b.utf8.withContiguousStorageIfAvailable { y in
                guard x.count == y.count else { return false }
                guard let p = x.baseAddress, let q = y.baseAddress else { return true }
                return memcmp(p, q, x.count) == 0
            }
        }
        if let fast, let answer = fast { return answer }
        return a.utf8.elementsEqual(b.utf8)
    }

    static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    static func == (a: ExactText, b: ExactText) -> Bool { same(a.text, b.text) }

    func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if hashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}
