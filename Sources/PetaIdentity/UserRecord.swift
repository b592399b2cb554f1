/// Everything the store keeps about one user.
package struct UserRecord: Sendable {
    package let user: User
    package let grants: Set<String>
    package let tokens: [AccessToken]

    /// A user with the servers granted to it and its tokens.
    package init(user: User, grants: Set<String>, tokens: [AccessToken]) {
        self.user = user
        self.grants = grants
        self.tokens = tokens
    }
}
