/// What the parser takes at most, and how it treats half a surrogate pair.
package struct JSONLimits: Sendable {
    /// What to do with an escape like `\ud800` that is no whole character.
    package enum LoneSurrogates: Sendable {
        /// The text is refused.
        case refuse
        /// U+FFFD stands in its place. Two different keys can become one this way; they are then refused as duplicates.
        case replace
    }

    /// Open arrays and objects at one time.
    package var depth: Int
    /// Bytes of the whole text.
    package var bytes: Int
    /// Values in the whole text, containers included; a value costs about 24 bytes of memory, a member 40.
    package var nodes: Int
    /// Characters of one number.
    package var numberLength: Int
    /// Half surrogate pairs.
    package var loneSurrogates: LoneSurrogates

    /// The limits that hold where none are given: depth 64, 64 MiB, one million values, numbers of 1,000 characters.
    package static let `default` = JSONLimits()

    /// Makes limits; each has the default's value unless given.
    package init(
        depth: Int = 64, bytes: Int = 64 << 20, nodes: Int = 1_000_000, numberLength: Int = 1_000,
        loneSurrogates: LoneSurrogates = .refuse
    ) {
        self.depth = depth
        self.bytes = bytes
        self.nodes = nodes
        self.numberLength = numberLength
        self.loneSurrogates = loneSurrogates
    }
}
