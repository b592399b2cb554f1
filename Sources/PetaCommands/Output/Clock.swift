import PetaAdminAPI

/// Moments in lists where the exact time matters.
enum Clock {
    /// `2026-03-09 17:04:05Z`.
    static func words(_ moment: Timestamp) -> String {
        let text = moment.text
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "Z"
    }
}
