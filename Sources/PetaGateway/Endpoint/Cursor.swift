internal import NIOCore
internal import PetaWire

/// Cursors of lists: the kind and the key of the next entry, so that they hold over restarts and changes. They give
/// no access: a cursor only says where in the caller's own view to go on.
enum Cursor {
    static func page(of view: Catalog.View, at cursor: String?) -> (bytes: ByteBuffer, next: String?)? {
        guard let cursor else { return whole(view, 0) }
        guard let key = decode(cursor, view.kind) else { return nil }
        // The first entry at or behind the key: what stood there may have gone meanwhile.
        var low = 0
        var high = view.keys.count
        while low < high {
            let middle = (low + high) / 2
            if view.keys[middle].utf8.lexicographicallyPrecedes(key.utf8) { low = middle + 1 } else { high = middle }
        }
        if let index = view.pages.firstIndex(where: { $0.first == low }) { return whole(view, index) }
        let page = Catalog.View.page(view.entries, low)
        return (page.bytes, page.next < view.keys.count ? encode(view.keys[page.next], view.kind) : nil)
    }

    private static func whole(_ view: Catalog.View, _ index: Int) -> (bytes: ByteBuffer, next: String?) {
        let next = index + 1 < view.pages.count ? view.keys[view.pages[index + 1].first] : nil
        return (view.pages[index].bytes, next.map { encode($0, view.kind) })
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func encode(_ key: String, _ kind: ListKind) -> String {
        String(kind.letter) + String(decoding: key.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func decode(_ cursor: String, _ kind: ListKind) -> String? {
        guard cursor.first == kind.letter, cursor.utf8.count % 2 == 1, cursor.utf8.count <= 131_073 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in cursor.utf8.dropFirst() {
            guard let value = digits.firstIndex(of: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(value))
                high = nil
            } else {
                high = UInt8(value)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
