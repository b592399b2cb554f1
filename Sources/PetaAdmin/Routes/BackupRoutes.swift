import PetaAdminAPI
import PetaCrypto

/// Backups of the running gateway. Who has one and its passphrase has everything, so they are the owners' alone.
enum BackupRoutes {
    private static let longestPassphrase = 1024

    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/backups") { _, parts in try .value(try await parts.backups.backups()) },
        AdminRoute("GET", "/v1/backups/{id}") { request, parts in
            let id = request.segment("id")
            guard let entry = try await parts.backups.backups().first(where: { $0.id == id }) else {
                throw AdminError(.notFound, "there is no backup '\(id.prefix(64))'", hint: "peta backup list")
            }
            return try .value(entry)
        },
        AdminRoute("POST", "/v1/backups", .act, body: .secret, bodyLimit: longestPassphrase, parameters: ["secret"]) { request, parts in
            try OwnerRule.check(request.principal, "make a backup")
            let stream: BackupStream
            if let name = request.parameters["secret"] {
                guard request.body.isEmpty else {
                    throw AdminError(.invalidArgument, "a passphrase and the secret that has it were given: one of them is enough")
                }
                stream = try await parts.backups.create(secret: name, as: request.principal)
            } else {
                stream = try await parts.backups.create(passphrase: SecretBytes(copying: request.body), as: request.principal)
            }
            request.concern(stream.id)
            return .bytes(
                ByteStream(
                    type: "application/octet-stream",
                    fields: [(AdminClient.backupHeader, stream.id), (AdminClient.backupSizeHeader, String(stream.estimate))],
                    forEach: stream.forEach))
        },
    ]
}
