import PetaAdminAPI
import PetaCrypto

/// The vault itself. A passphrase comes as the bytes of a body, never as JSON or in a path.
enum VaultRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/vault", always: { _, basis in try .value(try await basis.vault.state()) }),
        AdminRoute(
            "POST", "/v1/vault/unseal", .ownAct("vault/unsealed"), body: .secret, bodyLimit: limit,
            always: { request, basis in
                let passphrase = request.body.isEmpty ? nil : SecretBytes(copying: request.body)
                return try .value(try await basis.vault.unseal(passphrase, commit: request.commit))
            }),
        AdminRoute(
            "POST", "/v1/vault/seal", .ownAct("vault/sealed"),
            always: { request, basis in try .value(try await basis.vault.seal(commit: request.commit)) }),
        AdminRoute(
            "POST", "/v1/vault/rotate", .namedAct("vault/rotated", ownersTo: "rotate the vault's key"),
            vault: { request, vault in
                let state = try await vault.rotate()
                request.concern("generation \(state.generation)")
                return try .value(state)
            }),
        // Two passphrases, the present one and the new one, with a NUL between them, which no passphrase holds.
        AdminRoute(
            "PUT", "/v1/vault/key", .namedAct("vault/passphrase", ownersTo: "change what the vault is opened with"), body: .secret,
            bodyLimit: 2 * limit + 1, parameters: ["to"],
            vault: { request, vault in
                guard let kind = request.parameters["to"].flatMap(VaultState.Key.init(rawValue:)) else {
                    throw AdminError(.invalidArgument, "to: expected passphrase or keyfile")
                }
                request.concern(kind.rawValue)
                guard let cut = request.body.firstIndex(of: 0) else {
                    throw AdminError(.invalidArgument, "the body is not two passphrases with a NUL between them")
                }
                let (current, new) = (request.body[..<cut], request.body[(cut + 1)...])
                guard kind == .passphrase || new.isEmpty else {
                    throw AdminError(.invalidArgument, "a key file is made, not given; nothing may stand behind the NUL")
                }
                return try .value(
                    try await vault.changeKey(
                        to: kind == .passphrase ? SecretBytes(copying: new) : nil,
                        current: current.isEmpty ? nil : SecretBytes(copying: current)))
            }),
    ]

    /// Bytes of a body with one passphrase; a little more than the longest, so that the error is about that.
    private static let limit = 4096
}
