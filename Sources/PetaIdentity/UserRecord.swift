/// Everything the store keeps about one user.
package struct UserRecord: Sendable {
    package let user: User
    /// Whole servers that were granted.
    package let grants: Set<String>
    /// Whatever else the administrator said: what is denied, and what is granted of a server.
    package let rights: [UserRight]
    package let preferences: [Preference]
    package let tokens: [AccessToken]

    /// A user with what it was granted, what it chose, and its tokens.
    package init(user: User, grants: Set<String>, rights: [UserRight] = [], preferences: [Preference] = [], tokens: [AccessToken]) {
        self.user = user
        self.grants = grants
        self.rights = rights
        self.preferences = preferences
        self.tokens = tokens
    }

    /// The same from all rights in one list.
    init(user: User, all rights: [UserRight], preferences: [Preference], tokens: [AccessToken]) {
        self.init(
            user: user, grants: Set(rights.filter { $0.target == nil && $0.isAllowed }.map(\.server)),
            rights: rights.filter { $0.target != nil || !$0.isAllowed }, preferences: preferences, tokens: tokens)
    }
}
