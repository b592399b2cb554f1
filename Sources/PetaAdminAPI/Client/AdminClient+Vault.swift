extension AdminClient {
    /// `GET /v1/vault`.
    package func vault() throws(AdminError) -> VaultState {
        try ask(VaultState.self, "GET", "/v1/vault")
    }

    /// `POST /v1/vault/unseal` with a passphrase, or without one where a key file opens the vault.
    package func unsealVault(_ passphrase: [UInt8]?) throws(AdminError) -> VaultState {
        let answer = try send(
            "POST", "/v1/vault/unseal", body: passphrase ?? [], contentType: "application/octet-stream", timeoutSeconds: 120)
        return try AdminJSON.decode(VaultState.self, from: answer)
    }

    /// `POST /v1/vault/seal`. Returns when calls have ended and everything is wiped.
    package func sealVault() throws(AdminError) -> VaultState {
        try ask(VaultState.self, "POST", "/v1/vault/seal", timeoutSeconds: 3600)
    }

    /// `POST /v1/vault/rotate`. The rest goes on in the background.
    package func rotateVault() throws(AdminError) -> VaultState {
        try ask(VaultState.self, "POST", "/v1/vault/rotate")
    }

    /// `PUT /v1/vault/key`: with another passphrase, or without one with a new key file. `bytes` are the present passphrase, empty for a key
    /// file, a NUL, and the new one.
    package func changeVaultKey(to kind: VaultState.Key, _ bytes: [UInt8]) throws(AdminError) -> VaultChange {
        let answer = try send(
            "PUT", "/v1/vault/key", parameters: [("to", kind.rawValue)], body: bytes, contentType: "application/octet-stream",
            timeoutSeconds: 120)
        return try AdminJSON.decode(VaultChange.self, from: answer)
    }
}
