internal import Foundation
internal import PetaCrypto
internal import PetaIdentity

/// What `peta serve` says when it is ready.
enum Greeting {
    /// The first token goes to a terminal only: nothing else may keep it.
    static func print(_ first: (owner: User, token: NewToken)?, urls: [String], socket: String, version: String) {
        var text = "peta \(version) serves MCP at \(urls.joined(separator: " and "))\nadministration: \(socket)\n"
        if let first {
            if isatty(1) == 1 {
                let token = first.token.token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                text += """

                    This is the first start. A key file was made beside the data: keep a copy of it in a safe place.
                    The token of user '\(first.owner.id)', shown this once:

                      \(token)

                    Add a server:  peta server add demo -- peta demo-server

                    """
            } else {
                text += "first start: make a token with 'peta token create \(first.owner.id)'\n"
            }
        }
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { _ = write(1, $0.baseAddress, $0.count) }
    }
}
