/// A stretch of text to be replaced.
struct Redaction: Equatable {
    var start: Int
    var end: Int
    /// Which secret it is named after.
    var owner: Int
    /// A whole JSON string, number or word, so that the replacement needs quotes.
    var wholeToken = false

    /// Joins what overlaps, in order. What only touches stays apart. Each is named after its longest part, the first of
    /// equally long ones, then the lowest owner.
    static func merged(_ parts: [Redaction]) -> [Redaction] {
        let sorted = parts.sorted {
            if $0.start != $1.start { return $0.start < $1.start }
            return $0.end != $1.end ? $0.end > $1.end : $0.owner < $1.owner
        }
        var result: [Redaction] = []
        var longest = 0
        for part in sorted {
            let length = part.end - part.start
            guard let last = result.last, part.start < last.end else {
                result.append(part)
                longest = length
                continue
            }
            let at = result.count - 1
            result[at].end = max(last.end, part.end)
            result[at].wholeToken = last.wholeToken || part.wholeToken
            if length > longest {
                longest = length
                result[at].owner = part.owner
            }
        }
        return result
    }
}
