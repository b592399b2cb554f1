/// The plain ``OperatorError``, for the parts whose refusals differ in their words alone. Each names it in its own way.
package struct OperatorFailure: OperatorError, Equatable {
    package let code: String
    package let message: String
    package let hint: String?

    package init(_ code: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
