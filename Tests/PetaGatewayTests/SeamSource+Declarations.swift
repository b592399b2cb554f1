import Testing

/// What declarations of a source say.
extension SeamSource {
    /// How many braces are open at `place`, counted from `start`.
    func depth(_ start: Int, _ place: Int) -> Int {
        (start..<place).reduce(0) { $0 + (word($1) == "{" ? 1 : word($1) == "}" ? -1 : 0) }
    }

    /// Names of the cases that an enum declares itself.
    func enumCases(_ name: String) throws -> Set<String> {
        let start = try #require(places("enum", name).first, "\(path) has no \(name)")
        let body = try #require(tokens.indices.first { $0 > start && word($0) == "{" })
        let end = closing(body)
        var names: Set<String> = []
        for place in places("case") where place > body && place < end && depth(body, place) == 1 {
            var at = place + 1
            while true {
                names.insert(word(at))
                at += 1
                if word(at) == "(" { at = closing(at) }
                guard word(at) == "," else { break }
                at += 1
            }
        }
        return names
    }

    /// The body of the one function of this name, from its opening brace to behind its closing one.
    func function(_ name: String) throws -> Range<Int> {
        let found = places("func", name)
        try #require(found.count == 1, "\(path) has \(found.count) functions \(name)")
        let parameters = try #require(tokens.indices.first { $0 > found[0] && word($0) == "(" })
        let body = try #require(tokens.indices.first { $0 >= closing(parameters) && word($0) == "{" })
        return body..<closing(body)
    }

    /// The name of the function that a place is in.
    func function(around place: Int) -> String { places("func").last { $0 < place }.map { word($0 + 1) } ?? "" }

    /// The words of each arm of the one `switch` over `subject` in a function, whose arms are simple patterns.
    func switchArms(_ subject: String, in name: String) throws -> [String: [String]] {
        let range = try function(name)
        let found = places("switch", subject, "{").filter(range.contains)
        try #require(found.count == 1, "\(name) of \(path) has not one switch over \(subject)")
        let body = found[0] + 2
        let end = closing(body)
        #expect(places("default", ":").allSatisfy { $0 < body || $0 > end }, "a default would hide what is new")
        let starts = places("case").filter { $0 > body && $0 < end && depth(body, $0) == 1 }
        var arms: [String: [String]] = [:]
        for (start, stop) in zip(starts, starts.dropFirst() + [end]) {
            let name = word(start + 1) == "." ? word(start + 2) : word(start + 1)
            arms[name] = (start..<stop).map { word($0) }
        }
        return arms
    }

    /// Names of the stored properties of a class.
    func storedNames(_ name: String) throws -> Set<String> {
        let start = try #require(places("class", name).first)
        let body = try #require(tokens.indices.first { $0 > start && word($0) == "{" })
        return Set(
            (places("let") + places("var")).filter { $0 > body && $0 < closing(body) && depth(body, $0) == 1 }
                .map { word($0 + 1) })
    }
}
