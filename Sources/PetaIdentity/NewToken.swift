package import PetaCrypto

/// A token at the one moment when it can be shown.
package struct NewToken: Sendable {
    package let info: AccessToken
    /// The whole token, as a client sends it. It is stored nowhere.
    package let token: SecretBytes

    /// The token's id.
    package var id: String { info.id }
}
