internal import Foundation
internal import PetaCrypto
internal import PetaIdentity

/// What `peta serve` says when it is ready.
enum Greeting {
    /// The first token goes to a terminal only: nothing else may keep it.
    static func print(_ first: (owner: User, token: NewToken)?, urls: [String], socket: String, version: String, hasKeyFile: Bool) {
        var text = "peta \(version) serves MCP at \(urls.joined(separator: " and "))\nadministration: \(socket)\n"
        if let first {
            if isatty(1) == 1 {
                let token = first.token.token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                let key =
                    hasKeyFile
                    ? "A key file was made beside the data: keep a copy of it in a safe place."
                    : "The vault opens with your passphrase and with nothing else: do not lose it."
                text += """

                    This is the first start. \(key)
                    The token of user '\(first.owner.id)', shown this once:

                      \(token)

                    Add a server:  peta server add demo -- peta demo-server

                    """
            } else {
                text += "first start: make a token with 'peta token create \(first.owner.id)'\n"
            }
        }
        put(text)
    }

    /// What is said where nobody can be served yet.
    static func printSealed(socket: String, version: String) {
        put("peta \(version) is sealed: 'peta vault unseal' opens it\nadministration: \(socket)\n")
    }

    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { _ = write(1, $0.baseAddress, $0.count) }
    }
}
