internal import PetaStore

/// What the settings of servers refuse, in words for the operator.
package struct ExposureError: OperatorError, Equatable {
    package let code: String
    package let message: String
    package let hint: String?

    init(_ code: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
