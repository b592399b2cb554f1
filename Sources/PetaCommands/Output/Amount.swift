/// Numbers as people read them.
package enum Amount {
    /// `812 B`, `4.2 KiB`, `41 MiB`.
    package static func bytes(_ count: Int64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return (unit == 0 ? String(count) : short(value)) + " " + units[unit]
    }

    /// `0.8 ms`, `12 ms`, `3.4 s`, `2 m 5 s`.
    package static func milliseconds(_ value: Double) -> String {
        if value < 1000 { return short(value) + " ms" }
        let seconds = value / 1000
        return seconds < 60 ? short(seconds) + " s" : duration(Int64(seconds))
    }

    /// The two largest units: `5 s`, `2 m 5 s`, `3 h 20 m`, `12 d 4 h`.
    package static func duration(_ seconds: Int64) -> String {
        let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
        guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0 s" }
        let (name, size) = units[first]
        let whole = "\(seconds / size) \(name)"
        guard first + 1 < units.count else { return whole }
        let (nextName, nextSize) = units[first + 1]
        let rest = seconds % size / nextSize
        return rest == 0 ? whole : "\(whole) \(rest) \(nextName)"
    }

    /// Two significant digits below ten, none after the point from there on.
    package static func short(_ value: Double) -> String {
        if value >= 9.95 || value == value.rounded() { return String(Int64(value.rounded())) }
        let digits: Double = value < 0.095 ? 1000 : value < 0.995 ? 100 : 10
        let text = "\((value * digits).rounded() / digits)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
