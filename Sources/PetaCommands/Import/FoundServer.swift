import PetaAdminAPI

/// A server as a client's file has it, before anything is made of it.
struct FoundServer {
    /// What the client calls it.
    let name: String
    /// The members of the file that lead to it.
    let path: [String]
    let file: String
    var kind = ServerKind.stdio
    var command = ""
    var args: [String] = []
    var env: [(name: String, value: String)] = []
    var cwd = ""
    var url = ""
    var headers: [(name: String, value: String)] = []
    var isDisabled = false
    /// Why nothing can be made of it, with line and column where the file itself is wrong.
    var problem: String?
    /// What it says that Peta has no place for.
    var notes: [String] = []

    /// Where it stands, for people.
    var place: String { path.count > 2 ? "\(file) (\(path.dropLast(2).joined(separator: " ")))" : file }
}

/// A value that a client asks its user for (VS Code).
struct ImportInput {
    let id: String
    let words: String
    let isSecret: Bool
    let standard: String?
}
