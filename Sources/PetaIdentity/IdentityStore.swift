package import Foundation
package import PetaWire

/// Where users, grants and tokens are kept. Calls may block; ``Identity`` keeps them away from event loops.
package protocol IdentityStore: Sendable {
    /// Every record, as of one moment. Blocks.
    func load() throws -> [UserRecord]

    /// Every token, or one user's, as of one moment, by time of creation.
    func tokens(user: String?) async throws -> [AccessToken]

    /// Runs `body` in one transaction: all of it is stored or nothing.
    ///
    /// `committed` runs after the commit and before the next change starts, so that its calls come in the order of the commits.
    /// Cancelling the caller does not stop a change that has begun.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (any IdentityTransaction) throws -> Value, committed: @escaping @Sendable (Value) -> Void
    ) async throws -> Value

    /// Notes last uses by token id; never moves one back. Unknown tokens are left out.
    func noteUses(_ uses: [String: Date]) async throws
}

/// What a change may do. Used within ``IdentityStore/change(_:committed:)`` only.
package protocol IdentityTransaction {
    func userCount() throws -> Int
    func record(of user: String) throws -> UserRecord?
    func user(_ id: String) throws -> User?
    /// The user of this machine with that number.
    func user(uid: UInt32) throws -> User?
    /// Owners that are enabled and never expire.
    func lastingOwnerCount() throws -> Int
    func insert(_ user: User) throws
    /// Everything but id, role, state and time of creation.
    func update(_ user: User) throws
    func setState(_ state: UserState, of user: String) throws
    /// The user with its rights, preferences and tokens.
    func deleteUser(_ id: String) throws
    /// Whatever was allowed and denied.
    func rightCount(of user: String) throws -> Int
    func hasRight(user: String, server: String, target: CapabilityName?) throws -> Bool
    /// In place of what was said of the same; false when that was equal.
    func setRight(user: String, _ right: UserRight) throws -> Bool
    /// False when there was none.
    func deleteRight(user: String, server: String, target: CapabilityName?) throws -> Bool
    /// All rights to a server, and all preferences for it; gives the users that had any.
    func deleteRights(server: String) throws -> [String]
    func preferenceCount(of user: String) throws -> Int
    /// In place of what was said of the same; one that says nothing is removed.
    func setPreference(user: String, _ preference: Preference) throws
    func deletePreferences(user: String) throws
    func tokenCount(of user: String) throws -> Int
    func token(_ id: String) throws -> AccessToken?
    func insert(_ token: AccessToken) throws
    func deleteToken(_ id: String) throws
}
