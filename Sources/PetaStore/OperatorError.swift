/// An error that an operator or a client may read: a stable code, a message in plain words, and optionally what to type next.
///
/// Neither may hold a secret or a cause's raw text that could hold one.
package protocol OperatorError: Error, Sendable {
    /// One of `not_found`, `already_exists`, `invalid_argument`, `not_permitted`, `unavailable`, `sealed`, `try_again`, `internal`,
    /// `failed`.
    var code: String { get }
    /// What is wrong, one sentence.
    var message: String { get }
    /// What to do about it.
    var hint: String? { get }
}
