/// Which URIs a resource template can make (RFC 6570), asked of the normal form of a URI.
///
/// What a server makes of its templates is not known exactly. So there are two answers: `narrow` holds for what the template makes
/// for certain, and is what a permission needs; `wide` holds for whatever it could be, and is enough for a prohibition.
package struct URITemplate: Sendable {
    private enum Piece {
        case text([UInt8])
        /// What an expression may stand for: any bytes but these.
        case open(without: [UInt8])
    }

    private let pieces: [Piece]

    /// More expressions than this make a template match nothing narrowly and everything widely.
    private static let limit = 64

    package init(_ text: String) {
        let bytes = Array(URIForm.normal(text).utf8)
        var pieces: [Piece] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "{"), let end = bytes[at...].firstIndex(of: UInt8(ascii: "}")) else {
                let end = bytes[(at + 1)...].firstIndex(of: UInt8(ascii: "{")) ?? bytes.count
                pieces.append(.text(Array(bytes[at..<end])))
                at = end
                continue
            }
            pieces.append(.open(without: Self.excluded(at + 1 < end ? bytes[at + 1] : 0)))
            at = end + 1
        }
        self.pieces = pieces
    }

    /// What an expression with this operator cannot expand to: reserved characters come percent-encoded but for `+` and `#`.
    private static func excluded(_ sign: UInt8) -> [UInt8] {
        switch sign {
        case UInt8(ascii: "+"), UInt8(ascii: "#"): []
        case UInt8(ascii: "/"): Array("?#".utf8)
        case UInt8(ascii: "?"), UInt8(ascii: "&"): Array("#".utf8)
        default: Array("/?#".utf8)
        }
    }

    /// True where the template makes this URI for certain. `uri` is in normal form.
    package func narrow(_ uri: String) -> Bool {
        let lowered = uri.lowercased()
        // A separator that only the server sees might lead out of the template.
        for trick in ["..%2f", "%2f..", "..%5c", "%5c..", "..\\", "\\.."] where lowered.contains(trick) { return false }
        return pieces.count <= 2 * Self.limit && matches(Array(uri.utf8), isWide: false)
    }

    /// True where it could make it.
    package func wide(_ uri: String) -> Bool { pieces.count > 2 * Self.limit || matches(Array(uri.utf8), isWide: true) }

    /// All places that can be reached are carried along, so that no text takes longer than its length times the number of pieces.
    private func matches(_ uri: [UInt8], isWide: Bool) -> Bool {
        var places = [Bool](repeating: false, count: uri.count + 1)
        places[0] = true
        for piece in pieces {
            var next = [Bool](repeating: false, count: uri.count + 1)
            var isAlive = false
            switch piece {
            case .text(let text):
                for at in places.indices where places[at] && uri[at...].starts(with: text) {
                    next[at + text.count] = true
                    isAlive = true
                }
            case .open(let without):
                var isOpen = false
                for at in places.indices {
                    if places[at] { isOpen = true }
                    if isOpen { next[at] = true }
                    if !isWide, at < uri.count, without.contains(uri[at]) { isOpen = false }
                }
                isAlive = true
            }
            guard isAlive else { return false }
            places = next
        }
        return places[uri.count]
    }
}
