/// The one error of the admin protocol: what went wrong in plain words, with a code that scripts may rely on.
///
/// On the wire it is `{"error":{"code","message","hint"}}`, with `problems` where there are any. Never holds the value of a secret.
package struct AdminError: Error, Sendable, Equatable {
    /// The stable code.
    package let code: AdminErrorCode
    /// What happened, with which value. No full stop at the end is required; no newline.
    package let message: String
    /// What to do next, if anything helps.
    package let hint: String?
    /// Everything that is wrong with a text that was handed in; on the wire only where there is any.
    package let problems: [AdminProblem]

    /// Makes an error.
    package init(_ code: AdminErrorCode, _ message: String, hint: String? = nil, problems: [AdminProblem] = []) {
        self.code = code
        self.message = message
        self.hint = hint
        self.problems = problems
    }
}

extension AdminError: Codable {
    private enum Outer: String, CodingKey { case error }
    private enum Inner: String, CodingKey { case code, message, hint, problems }

    package init(from decoder: any Decoder) throws {
        let inner = try decoder.container(keyedBy: Outer.self).nestedContainer(keyedBy: Inner.self, forKey: .error)
        // A code that this build does not know must not hide the message.
        code = AdminErrorCode(rawValue: try inner.decode(String.self, forKey: .code)) ?? .failed
        message = try inner.decode(String.self, forKey: .message)
        hint = try inner.decodeIfPresent(String.self, forKey: .hint)
        problems = try inner.decodeIfPresent([AdminProblem].self, forKey: .problems) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: Outer.self)
        var inner = outer.nestedContainer(keyedBy: Inner.self, forKey: .error)
        try inner.encode(code, forKey: .code)
        try inner.encode(message, forKey: .message)
        try inner.encodeIfPresent(hint, forKey: .hint)
        if !problems.isEmpty { try inner.encode(problems, forKey: .problems) }
    }
}
