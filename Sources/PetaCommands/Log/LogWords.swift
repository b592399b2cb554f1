import PetaAdminAPI

/// Levels and parts of the log as people write them.
enum LogWords {
    /// What is wrong with one.
    struct Problem: Error { let words: String }

    /// Reads `PART=LEVEL`.
    static func partLevel(_ text: String) throws(Problem) -> LogPartLevel {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2 else { throw Problem(words: "expected PART=LEVEL, found '\(text.prefix(64))'") }
        let parts = LogPart.allCases.map(\.rawValue)
        guard let part = LogPart(rawValue: halves[0]) else {
            throw Problem(
                words: "there is no part '\(halves[0].prefix(32))'; expected \(Words.either(parts))"
                    + Words.didYouMean(halves[0], among: parts))
        }
        return LogPartLevel(part, try level(halves[1]))
    }

    static func level(_ text: String) throws(Problem) -> LogLevel {
        let levels = LogLevel.allCases.map(\.rawValue)
        guard let level = LogLevel(rawValue: text) else {
            throw Problem(words: "expected \(Words.either(levels)), found '\(text.prefix(32))'" + Words.didYouMean(text, among: levels))
        }
        return level
    }
}
