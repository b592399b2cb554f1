import PetaAdminAPI

/// An access token that a command is given; never as an argument, where other users could see it.
enum BearerToken {
    /// The token in a file or another source, without the white space around it. Throws where there is none, without repeating it.
    static func read(_ bytes: [UInt8], from source: String) throws(AdminError) -> String {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let trimmed = bytes.drop(while: blanks.contains).reversed().drop(while: blanks.contains).reversed()
        guard !trimmed.isEmpty, trimmed.count <= 4096, trimmed.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AdminError(.invalidArgument, "there is no token in \(source)", hint: "'peta token create USER' makes one.")
        }
        return String(decoding: Array(trimmed), as: UTF8.self)
    }
}
