/// The bounds of what identity keeps. Counts, or UTF-8 bytes.
package enum IdentityLimits {
    package static let users = 100_000
    package static let tokensPerUser = 1_000
    /// All that was allowed and denied.
    package static let grantsPerUser = 10_000
    package static let preferencesPerUser = 5_000
    package static let toolsPerToken = 1_000
    package static let nameBytes = 256
    package static let notesBytes = 4_096
    package static let concurrent = 1_000_000
    package static let labels = 64
    package static let labelKeyBytes = 63
    package static let labelValueBytes = 256
}
