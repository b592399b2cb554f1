import Glibc
import PetaStore

/// Why the file of intents could not be made.
package struct IntentRingError: OperatorError, Equatable {
    /// The file.
    package let path: String
    /// What was tried.
    package let call: String
    /// The errno value.
    package let errorNumber: Int32

    init(path: String, call: String, code: Int32) {
        self.path = path
        self.call = call
        errorNumber = code
    }

    /// A stable code for scripts.
    package var code: String { "unavailable" }

    /// What is wrong.
    package var message: String {
        let reason = strerror(errorNumber).map { String(cString: $0) } ?? "error \(errorNumber)"
        return "cannot \(call) the file of intents \(path): \(reason)"
    }

    /// What to do.
    package var hint: String? { "check the free space and the permissions of the data directory" }
}
