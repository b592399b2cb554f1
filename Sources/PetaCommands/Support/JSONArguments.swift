import PetaAdminAPI

/// The arguments of a call, as a person gives them.
enum JSONArguments {
    /// A JSON object: the text itself, a file's with `@FILE`, standard input's with `-`.
    static func read(_ text: String, _ session: Session) throws -> RawJSON {
        let bytes =
            text == "-"
            ? try TextFile.read(session.console.input, path: "standard input")
            : text.hasPrefix("@") ? try TextFile.read(String(text.dropFirst())) : Array(text.utf8)
        do {
            guard case .object = try JSONReader.read(bytes) else {
                throw AdminError(.invalidArgument, "the arguments have to be a JSON object", hint: "Like '{\"name\":\"value\"}'.")
            }
        } catch let error as JSONSyntaxError {
            throw AdminError(.invalidArgument, "the arguments are not JSON: \(error.reason) (byte \(error.offset))")
        }
        return RawJSON(trusted: bytes)
    }
}
