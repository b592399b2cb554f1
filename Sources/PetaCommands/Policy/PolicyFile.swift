import Glibc
import PetaAdminAPI

/// A file with a policy set, or standard input in its place.
struct PolicyFile {
    /// As messages call it.
    let name: String
    let bytes: [UInt8]

    /// The largest text that a gateway takes, in bytes.
    static let limit = 1 << 20

    init(_ path: String, _ session: Session) throws {
        name = path == "-" ? "standard input" : path
        do {
            bytes =
                path == "-"
                ? try TextFile.read(session.console.input, path: name, limit: Self.limit) : try TextFile.read(path, limit: Self.limit)
        } catch {
            guard error.number == EFBIG else { throw error }
            throw AdminError(
                .invalidArgument, "\(name) is larger than \(Amount.bytes(Int64(Self.limit))), the most that a policy set can be")
        }
    }

    /// Runs a request about the file; problems that it ends with are told with the file's name.
    func naming<Answer>(_ request: () throws -> Answer) throws -> Answer {
        do {
            return try request()
        } catch let error as AdminError {
            throw AdminError(error.code, error.message, hint: error.hint, problems: error.problems.map { $0.named(name) })
        }
    }
}
