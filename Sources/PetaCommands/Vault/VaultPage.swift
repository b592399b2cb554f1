import PetaAdminAPI

/// How people are shown the vault.
enum VaultPage {
    static func write(_ state: VaultState, on page: inout Page, _ session: Session) {
        var key = state.keyFile.map { "the key file \($0)" } ?? "a passphrase"
        if let iterations = state.iterations { key += ", stretched \(iterations) times" }
        var fields: [(String, Cell)] = [
            ("vault", state.sealed ? Cell("sealed: no client is served", .bad) : Cell("open", .good)),
            ("opened by", Cell(key)),
            ("created", Cell(session.ago(state.createdAt))),
            ("key", Cell("generation \(state.generation)" + (session.ago(state.rotatedAt).map { ", made \($0)" } ?? ""))),
        ]
        if let rotation = state.rotation {
            fields.append(("rotation", Cell("\(Words.count(rotation.recordsLeft, "record")) left", .waiting)))
        }
        if state.failedAttempts > 0 {
            fields.append(("attempts", Cell("\(state.failedAttempts) to unseal it failed since it was open", .waiting)))
        }
        page.fields(fields)
        if let error = state.rotation?.error { page.line("problem: the rotation does not go on: \(error)", .bad) }
        if let next = state.next { page.line("next: \(next)") }
    }
}
