/// A strict reader of Prometheus text 0.0.4 and OpenMetrics 1.0, written for the tests on its own: it throws for whatever a lenient one would
/// pass over.
package struct MetricsText {
    package struct Sample: Sendable {
        package let name: String
        package let labels: [String: String]
        package let value: Double
    }

    /// Type by name of the family, without `_total`.
    package private(set) var families: [String: String] = [:]
    package private(set) var samples: [Sample] = []

    private var family = ""
    private var helped: String?
    private var series: Set<String> = []
    private let isOpen: Bool

    /// Reads all of it.
    package init(_ text: String, openMetrics: Bool = false) throws {
        isOpen = openMetrics
        guard text.hasSuffix("\n") else { throw TestFailure("the last line has no end") }
        var lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        if openMetrics { guard lines.popLast() == "# EOF" else { throw TestFailure("it does not end with # EOF") } }
        for line in lines {
            do {
                if line.hasPrefix("#") { try comment(line) } else { try sample(line) }
            } catch {
                throw TestFailure("\(line): \(error)")
            }
        }
        if helped != nil { throw TestFailure("help without a type at the end") }
        try checkHistograms()
    }

    /// The samples of a name with these labels among theirs.
    package func find(_ name: String, _ labels: [String: String] = [:]) -> [Sample] {
        samples.filter { sample in sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value } }
    }

    /// The sum of them.
    package func sum(_ name: String, _ labels: [String: String] = [:]) -> Double { find(name, labels).reduce(0) { $0 + $1.value } }

    private mutating func comment(_ line: Substring) throws {
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "#" else { throw TestFailure("no comment that means something") }
        let name = base(String(parts[2]))
        switch parts[1] {
        case "HELP":
            guard helped == nil, families[name] == nil else { throw TestFailure("a family twice, or help without a type") }
            try Self.unescape(parts[3], quotes: isOpen)
            helped = name
        case "TYPE":
            guard helped == name else { throw TestFailure("a type without its help before it") }
            let types: Set = isOpen ? ["counter", "gauge", "histogram", "info"] : ["counter", "gauge", "histogram"]
            guard types.contains(String(parts[3])) else { throw TestFailure("no type") }
            guard isOpen || parts[3] != "counter" || parts[2].hasSuffix("_total") else { throw TestFailure("a counter without _total") }
            guard !isOpen || !parts[2].hasSuffix("_total") else { throw TestFailure("a family with _total") }
            families[name] = String(parts[3])
            (family, helped) = (name, nil)
        default: throw TestFailure("neither help nor type")
        }
    }

    private func base(_ name: String) -> String { !isOpen && name.hasSuffix("_total") ? String(name.dropLast(6)) : name }

    private mutating func sample(_ line: Substring) throws {
        guard helped == nil else { throw TestFailure("a sample between help and type") }
        let name = line.prefix { $0 != "{" && $0 != " " }
        guard name.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil else { throw TestFailure("no name") }
        var rest = line[name.endIndex...]
        var labels: [String: String] = [:]
        if rest.hasPrefix("{") { (labels, rest) = try Self.labels(rest.dropFirst()) }
        guard rest.hasPrefix(" "), !rest.dropFirst().contains(" ") else { throw TestFailure("no single value") }
        let word = rest.dropFirst()
        guard let value = word == "+Inf" ? Double.infinity : word == "NaN" ? .nan : Double(String(word)), !word.lowercased().contains("0x")
        else {
            throw TestFailure("no number")
        }
        guard let type = families[family] else { throw TestFailure("no family yet") }
        let suffixes: [String] =
            switch type {
            case "counter": ["_total"]
            case "info": ["_info"]
            case "histogram": ["_bucket", "_sum", "_count"]
            default: [""]
            }
        guard suffixes.contains(where: { family + $0 == String(name) }) else { throw TestFailure("not of the family \(family), a \(type)") }
        guard type != "counter" || value >= 0 && value.isFinite else { throw TestFailure("a counter below zero") }
        guard name.hasSuffix("_bucket") == (labels["le"] != nil) else { throw TestFailure("le where it does not belong, or missing") }
        let key = String(name) + labels.sorted { $0.key < $1.key }.map { "|\($0.key)=\($0.value)" }.joined()
        guard series.insert(key).inserted else { throw TestFailure("a series twice") }
        samples.append(Sample(name: String(name), labels: labels, value: value))
    }

    private static func labels(_ text: Substring) throws -> ([String: String], Substring) {
        var (labels, rest): ([String: String], Substring) = ([:], text)
        while true {
            let name = rest.prefix { $0 != "=" }
            guard name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil, !name.hasPrefix("__") else { throw TestFailure("no label") }
            rest = rest[name.endIndex...].dropFirst()
            guard rest.first == "\"" else { throw TestFailure("no quote") }
            rest = rest.dropFirst()
            var end = rest.startIndex
            while end < rest.endIndex, rest[end] != "\"" {
                if rest[end] == "\\" { end = rest.index(after: end) }
                guard end < rest.endIndex else { break }
                end = rest.index(after: end)
            }
            guard end < rest.endIndex else { throw TestFailure("no end of a label") }
            let value = try unescape(rest[..<end], quotes: true)
            guard !value.isEmpty, labels.updateValue(value, forKey: String(name)) == nil else {
                throw TestFailure("a label twice, or empty")
            }
            rest = rest[end...].dropFirst()
            if rest.first == "}" { return (labels, rest.dropFirst()) }
            guard rest.first == "," else { throw TestFailure("neither comma nor end") }
            rest = rest.dropFirst()
        }
    }

    @discardableResult
    private static func unescape(_ text: some StringProtocol, quotes: Bool) throws -> String {
        var out = ""
        var escaped = false
        for character in text {
            if escaped {
                switch character {
                case "\\": out += "\\"
                case "n": out += "\n"
                case "\"" where quotes: out += "\""
                default: throw TestFailure("an escape that is none")
                }
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else {
                out.append(character)
            }
        }
        guard !escaped else { throw TestFailure("half an escape") }
        return out
    }

    private func checkHistograms() throws {
        for (name, type) in families where type == "histogram" {
            var groups: [String: [Sample]] = [:]
            for sample in find(name + "_bucket") {
                let key = sample.labels.filter { $0.key != "le" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
                    separator: ",")
                groups[key, default: []].append(sample)
            }
            guard find(name + "_sum").count == groups.count, find(name + "_count").count == groups.count else {
                throw TestFailure("\(name): not one sum and one count for each")
            }
            for (key, buckets) in groups {
                var (last, bound) = (0.0, -Double.infinity)
                for bucket in buckets {
                    let word = bucket.labels["le"] ?? ""
                    guard !isOpen || word == "+Inf" || word.contains("."), let le = word == "+Inf" ? .infinity : Double(word), le > bound,
                        bucket.value >= last
                    else { throw TestFailure("\(name){\(key)}: buckets do not rise") }
                    (last, bound) = (bucket.value, le)
                }
                let labels = buckets[0].labels.filter { $0.key != "le" }
                let count = samples.first { $0.name == name + "_count" && $0.labels == labels }
                guard bound == .infinity, count?.value == last else {
                    throw TestFailure("\(name){\(key)}: the last bucket is not the count")
                }
            }
        }
    }
}
