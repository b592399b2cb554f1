import PetaStore

/// Why a socket cannot be opened.
package struct SocketError: OperatorError, Equatable {
    package let code: String
    package let message: String
    package let hint: String?

    init(_ code: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
