/// A text made ready for looking through: its scalars, and what a reader takes them for.
struct ScreenedText {
    let scalars: [Unicode.Scalar]
    /// What is seen, one byte each: ASCII as it is, look-alikes as what they look like, 0x80 for everything else.
    let seen: [UInt8]
    /// The same in small letters.
    let small: [UInt8]
    /// The scalar that each of these bytes stands for. What is hidden stands for none.
    let places: [Int]

    init(_ text: some StringProtocol) {
        var scalars: [Unicode.Scalar] = []
        var seen: [UInt8] = []
        var places: [Int] = []
        let count = text.utf8.count
        scalars.reserveCapacity(count)
        seen.reserveCapacity(count)
        places.reserveCapacity(count)
        for scalar in text.unicodeScalars {
            let index = scalars.count
            scalars.append(scalar)
            if scalar.value < 0x80 {
                if (0x20..<0x7F).contains(scalar.value) || scalar == "\n" || scalar == "\t" || scalar == "\r" {
                    seen.append(UInt8(scalar.value))
                    places.append(index)
                }
            } else if HiddenScalar(scalar) == nil {
                seen.append(LookAlikes.ascii(scalar) ?? 0x80)
                places.append(index)
            }
        }
        self.scalars = scalars
        self.seen = seen
        self.places = places
        small = seen.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// A word: small letters and digits, without apostrophes.
    struct Word {
        let text: String
        let place: Int
    }

    /// All of them, in order.
    var words: [Word] {
        var words: [Word] = []
        var index = 0
        while index < small.count {
            guard Self.isInWord(small[index]) else {
                index += 1
                continue
            }
            let start = index
            var bytes: [UInt8] = []
            while index < small.count, Self.isInWord(small[index]) || small[index] == UInt8(ascii: "'") {
                // What is longer is none of the words that are looked for.
                if small[index] != UInt8(ascii: "'"), bytes.count < 24 { bytes.append(small[index]) }
                index += 1
            }
            words.append(Word(text: String(decoding: bytes, as: UTF8.self), place: places[start]))
        }
        return words
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// What stands around a place, made visible.
    func excerpt(_ place: Int, count: Int = 1) -> String {
        let start = max(0, place - 16)
        let end = min(scalars.count, max(place + 48, min(place + count, place + 80)))
        return (start > 0 ? "…" : "") + VisibleText.line(scalars[start..<end], limit: 120) + (end < scalars.count ? "…" : "")
    }
}
