/// Finds the name that a person most likely meant.
package enum DidYouMean {
    /// The candidate with the smallest edit distance, if it is small for the length of the word; ties go to the first in
    /// alphabetical order. A candidate that starts with the word counts as near.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().utf8)
        guard !typed.isEmpty, typed.count <= 64 else { return nil }
        let allowed = typed.count <= 3 ? 1 : typed.count <= 6 ? 2 : 3
        var best: (name: String, distance: Int)?
        for candidate in candidates.sorted() where candidate.utf8.count <= 64 {
            let name = Array(candidate.lowercased().utf8)
            var distance = distance(typed, name)
            if typed.count >= 3, name.starts(with: typed) { distance = min(distance, 1) }
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Edits that lead from one word to the other; two neighbours that change places are one edit (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(substitution, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
