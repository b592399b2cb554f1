extension CredentialFinder {
    /// What is a credential in a URL: the password before the host, parameters, and parts of the path.
    static func find(inURL url: String) -> [Found] {
        guard let scheme = url.firstRange(of: "://") else { return [] }
        var found: [Found] = []
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            let colon = user.firstIndex(of: ":")
            let start = colon.map { user.index(after: $0) } ?? user.startIndex
            if start < at, colon != nil || token(user) != nil {
                found.append(Found(range: start..<at, why: "it is the password of the URL", label: "password"))
            }
        }
        let path = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
        for segment in path.split(separator: "/") {
            if let why = token(segment) {
                found.append(Found(range: segment.startIndex..<segment.endIndex, why: why + ", in the path of the URL", label: "url"))
            }
        }
        let tail = rest[path.endIndex...]
        if tail.hasPrefix("?") {
            for pair in tail.dropFirst().prefix(while: { $0 != "#" }).split(separator: "&") {
                guard let equals = pair.firstIndex(of: "=") else { continue }
                let name = String(pair[..<equals])
                let value = pair[pair.index(after: equals)...]
                guard !value.isEmpty, isCredentialName(name) || token(value) != nil else { continue }
                found.append(Found(range: value.startIndex..<value.endIndex, why: "it is the parameter \(name) of the URL", label: name))
            }
        }
        return found
    }
}
