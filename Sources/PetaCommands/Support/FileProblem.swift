import Glibc
import PetaAdminAPI

/// Why a file could not be read or written.
struct FileProblem: Error {
    let path: String
    let number: Int32

    /// The system's own words.
    var reason: String {
        strerror(number).map { String(cString: $0).lowercased() } ?? "error \(number)"
    }

    /// The error that a command ends with.
    var adminError: AdminError {
        let code: AdminErrorCode =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .notPermitted
            default: .failed
            }
        return AdminError(code, "\(path): \(reason)")
    }
}
