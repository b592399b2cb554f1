/// Small pieces of English.
enum Words {
    /// `a, b or c`.
    static func either(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// `a, b and c`.
    static func and(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `1 server`, `2 servers`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A sentence in brackets, to follow a message; empty where nothing comes near.
    static func didYouMean(_ word: String, among candidates: [String]) -> String {
        DidYouMean.nearest(to: word, among: candidates).map { " (did you mean '\($0)'?)" } ?? ""
    }
}
