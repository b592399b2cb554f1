extension ApprovalJudgement {
    /// The longest reason, in Unicode scalars.
    package static let longestReason = 1000

    /// Throws `invalid_argument` for a reason that is blank, too long, or holds control characters.
    package static func check(reason: String) throws(AdminError) {
        let count = reason.unicodeScalars.count
        guard count <= longestReason else {
            throw AdminError(.invalidArgument, "reason: expected at most \(longestReason) characters, found \(count)")
        }
        guard !reason.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw AdminError(.invalidArgument, "reason: there is a control character in it; it has to be one line of text")
        }
        guard reason.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw AdminError(.invalidArgument, "reason: it is empty")
        }
    }
}
