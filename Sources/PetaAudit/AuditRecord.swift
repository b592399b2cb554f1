package import PetaCrypto

/// One line of the audit log: a call or an administrative act, and how it ended.
///
/// What is nil is left out of the JSON. No field may ever hold a secret. `seq` is not here: the log gives it on commit.
package struct AuditRecord: Sendable, Equatable {
    /// When it began, in microseconds since 1970 (UTC).
    package var time: Int64
    /// A call or an administrative act.
    package var kind: AuditKind
    /// Peta's own id of the request; unique.
    package var requestID: String?
    /// W3C trace id.
    package var trace: TraceNumber?
    /// The user's handle.
    package var user: String?
    /// The role that the user had.
    package var role: String?
    /// The id of the token, never the token.
    package var tokenID: String?
    /// What the client calls itself.
    package var clientName: String?
    /// The client's version.
    package var clientVersion: String?
    /// Source address.
    package var address: String?
    /// MCP session.
    package var session: String?
    /// MCP method, or HTTP method and path.
    package var method: String?
    /// Server id.
    package var server: String?
    /// Tool, resource or prompt.
    package var tool: String?
    /// What was decided.
    package var decision: AuditDecision?
    /// The rule that decided.
    package var rule: String?
    /// The approval it waited for.
    package var approvalID: String?
    /// How it ended.
    package var outcome: AuditOutcome?
    /// What went wrong, in plain words.
    package var error: String?
    /// Total time in microseconds (milliseconds with three decimals in JSON).
    package var duration: Int64?
    /// Time spent downstream in microseconds.
    package var downstreamDuration: Int64?
    /// Size of the request in bytes.
    package var bytesIn: Int64?
    /// Size of the answer in bytes.
    package var bytesOut: Int64?
    /// Whether the answer came from the result cache.
    package var cached: Bool?
    /// SHA-256 of the arguments.
    package var argumentsDigest: SHA256Digest?
    /// The names of the secrets in the connection that was used, never a value: a JSON array as text, which is written as it is.
    package var secrets: String?
    /// What the rule that decided looked at, each under its reference: a JSON object as text, what is secret hidden.
    package var inputs: String?
    /// The arguments as reviewers see them, where they are kept: a JSON value as text.
    package var arguments: String?
    /// Unix user of an administrative act.
    package var uid: UInt32?
    /// Process of an administrative act.
    package var pid: Int32?
    /// The administrative command.
    package var command: String?
    /// What the command acted on.
    package var target: String?
    /// More about the act.
    package var detail: String?

    /// The W3C trace id as a text; what is none is not taken.
    package var traceID: String? {
        get { trace?.text }
        set { trace = newValue.flatMap(TraceNumber.init) }
    }

    /// A record with only what each has; the rest is set field by field.
    package init(time: Int64, kind: AuditKind) {
        self.time = time
        self.kind = kind
    }
}
