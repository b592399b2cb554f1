internal import PetaStore

/// Why the file of sessions could not be made.
struct SessionFileError: OperatorError {
    let path: String
    let reason: String

    var code: String { "unavailable" }
    var message: String { "cannot write the file of sessions \(path): \(reason)" }
    var hint: String? { "check the free space and the permissions of the data directory" }
}
