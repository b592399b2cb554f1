import ArgumentParser
import PetaAdminAPI

/// Reads the times that a person types.
enum TimeArgument {
    /// Seconds of `90s`, `15m`, `12h`, `30d`, `2w`; nil where the text is something else.
    static func seconds(_ text: String) -> Int64? {
        let sizes: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last, let size = sizes[unit], let number = Int64(text.dropLast()), number > 0, number <= 1_000_000 else {
            return nil
        }
        return number * size
    }

    /// A moment to come: a duration from now, or RFC 3339. nil where the text is something else.
    static func future(_ text: String, now: Timestamp) -> Timestamp? {
        seconds(text).map { Timestamp(milliseconds: now.milliseconds + $0 * 1000) } ?? Timestamp(text: text)
    }

    /// A moment that was: a duration before now, or RFC 3339. nil where the text is something else.
    static func past(_ text: String, now: Timestamp) -> Timestamp? {
        seconds(text).map { Timestamp(milliseconds: now.milliseconds - $0 * 1000) } ?? Timestamp(text: text)
    }

    /// Throws wrong usage where an option's text is no time at all.
    static func check(_ option: String, _ text: String?) throws {
        guard let text, seconds(text) == nil, Timestamp(text: text) == nil else { return }
        throw ValidationError("\(option): expected a duration like 30d or a time like 2026-12-31T00:00:00Z, found '\(text)'")
    }
}
