import ArgumentParser
import PetaAdminAPI

struct SecretShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is known about a secret: version, age, who uses it.",
        discussion: """
            --reveal prints the value itself. Only an owner may, and it is audited.

            Example:
              peta secret show github
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The secret.", completion: LiveNames.secrets)
    var name: String

    @Flag(help: "Print the value.")
    var reveal = false

    private struct Revealed: Encodable {
        let name: String
        let value: String
    }

    func run(_ session: Session) throws {
        try session.naming(.secret(name)) {
            if reveal { try printValue(session) } else { try printEntry(session) }
        }
    }

    private func printEntry(_ session: Session) throws {
        let secret = try session.client.secret(name)
        try session.renderer.show(secret) { page in
            page.fields([
                ("name", Cell(secret.name)), ("version", Cell(secret.version)), ("size", Cell(Amount.bytes(Int64(secret.bytes)))),
                ("created", Cell(session.ago(secret.createdAt))), ("updated", Cell(session.ago(secret.updatedAt))),
                ("used by", Cell(secret.usedBy.joined(separator: ", ") as String?)),
            ])
        }
    }

    private func printValue(_ session: Session) throws {
        let value = try session.client.revealSecret(name)
        switch session.renderer.format {
        case .json:
            guard let text = String(validating: value, as: UTF8.self) else {
                throw AdminError(.failed, "the value is not text", hint: "Leave --json away to get its bytes.")
            }
            try session.renderer.show(Revealed(name: name, value: text)) { _ in }
        case .text:
            // A pipe gets the bytes themselves, a terminal nothing that could command it.
            guard session.console.isOutputTerminal else { return try session.console.write(value) }
            try session.console.write(Escaped.block(String(decoding: value, as: UTF8.self)) + "\n")
        }
    }
}
