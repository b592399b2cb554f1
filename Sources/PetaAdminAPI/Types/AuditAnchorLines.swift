/// The body of `POST /v1/audit/verify`: what the log said of itself elsewhere.
package struct AuditAnchorLines: Codable, Sendable, Equatable {
    /// The most anchors of one request.
    package static let most = 1000

    /// Each as it was written: one JSON object on one line.
    package var anchors: [String]

    package init(anchors: [String]) { self.anchors = anchors }
}
