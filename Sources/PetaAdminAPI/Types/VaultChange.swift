/// The answer of `PUT /v1/vault/key`.
package struct VaultChange: Codable, Sendable, Equatable {
    package var vault: VaultState
    /// What else there is to tell, such as what became of a key file.
    package var notes: [String]

    package init(vault: VaultState, notes: [String]) {
        self.vault = vault
        self.notes = notes
    }
}
