/// One member of a JSON object.
package struct JSONMember: Sendable, Equatable {
    /// The member's name.
    package var name: String
    /// The member's value.
    package var value: JSONNode

    /// Makes a member.
    package init(_ name: String, _ value: JSONNode) {
        self.name = name
        self.value = value
    }
}
