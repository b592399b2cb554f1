package import PetaCrypto
package import PetaWire

/// A call that must not run before somebody has approved it, in exactly this form.
package struct ApprovalCall: Sendable, Equatable {
    /// Who asks.
    package var user: String
    /// `tools/call`, `prompts/get` or `resources/read`.
    package var method: String
    package var server: String
    /// Its name at the server; for a resource its URI there.
    package var tool: String
    /// What it is called with, in canonical form.
    package var arguments: [UInt8]
    /// SHA-256 of the definition that the server gave of it; nil for what has none.
    package var definition: SHA256Digest?
    /// What asks for the approval: `set/rule`, or `danger approval`.
    package var rule: String
    /// The version of the rule's set; 0 where no rule asks.
    package var policyVersion: Int
    /// Why, in words for people.
    package var reason: String
    /// How many people have to approve.
    package var approvers: Int
    package var clientName: String?
    package var clientVersion: String?
    package var address: String?
    /// What the tool says of itself.
    package var title: String?
    package var description: String?
    /// Hints of the server about the tool.
    package var annotations: JSON?

    package init(
        user: String, method: String, server: String, tool: String, arguments: JSON, definition: SHA256Digest?, rule: String,
        policyVersion: Int, reason: String, approvers: Int
    ) {
        self.user = user
        self.method = method
        self.server = server
        self.tool = tool
        self.arguments = CanonicalJSON.bytes(arguments)
        self.definition = definition
        self.rule = rule
        self.policyVersion = policyVersion
        self.reason = reason
        self.approvers = approvers
    }

    /// SHA-256 of the canonical arguments.
    package var argumentsDigest: SHA256Digest { SHA256.hash(arguments) }

    /// What the call is found by: user, server, tool, definition, arguments, rule and its version. Every part says its own length, so that
    /// no two calls give the same bytes. What only describes the call is not in it.
    package var digest: SHA256Digest {
        var plain = Array("peta/approval/1".utf8)
        let parts = [
            Array(user.utf8), Array(method.utf8), Array(server.utf8), Array(tool.utf8), Array((definition?.hex ?? "").utf8),
            Array(rule.utf8), Array(String(policyVersion).utf8), Array(String(approvers).utf8), arguments,
        ]
        for part in parts {
            plain += "\(part.count):".utf8
            plain += part
        }
        return SHA256.hash(plain)
    }
}
