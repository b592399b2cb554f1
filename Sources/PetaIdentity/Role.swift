/// What a person is to the gateway. The owner may use every server; anyone else needs a grant.
package enum Role: String, Sendable, CaseIterable {
    case owner
    case admin
    case user
}
