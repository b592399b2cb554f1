import PetaAdminAPI

/// Says where a setting's value came from.
enum OriginWords {
    /// The kind of place, one word that scripts may rely on.
    static func source(_ key: String, _ settings: ServeSettings) -> String {
        switch settings.origins[key] ?? .standard {
        case .flag: "flag"
        case .environment: "environment"
        case .file: "file"
        case .standard: "default"
        }
    }

    /// The place itself: a flag, a variable, a line of a file.
    static func place(_ key: String, _ settings: ServeSettings) -> String {
        switch settings.origins[key] ?? .standard {
        case .flag(let name), .environment(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }
}
