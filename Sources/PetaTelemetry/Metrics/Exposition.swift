/// Writes metrics as Prometheus text 0.0.4 or as OpenMetrics 1.0. A family's samples follow its head, and each family stands there once.
package struct Exposition: Sendable {
    package enum Form: Sendable {
        case text, openMetrics

        /// The value of `Content-Type`.
        package var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    package enum Kind: String, Sendable { case counter, gauge, histogram, info }

    package typealias Labels = [(name: String, value: String)]

    private let form: Form
    private var out: [UInt8] = []
    private var name = ""
    private var kind = Kind.gauge

    package init(_ form: Form) {
        self.form = form
        out.reserveCapacity(32 << 10)
    }

    /// All of it.
    package var bytes: [UInt8] { form == .openMetrics ? out + Array("# EOF\n".utf8) : out }

    /// Begins a family.
    ///
    /// - Parameter name: without `_total` and `_info`, which are added where they belong.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        // Before OpenMetrics the family of a counter was called as its sample, and there was no kind for facts.
        let shown = form == .openMetrics ? name : name + suffix
        append("# HELP \(shown) \(escaped(help, quotes: form == .openMetrics))\n")
        append("# TYPE \(shown) \(form == .text && kind == .info ? "gauge" : kind.rawValue)\n")
    }

    package mutating func counter(_ value: UInt64, _ labels: Labels = []) { sample("_total", labels, String(value)) }

    /// A counter of what is no whole number.
    package mutating func counter(_ value: Double, _ labels: Labels = []) { sample("_total", labels, number(value)) }

    package mutating func gauge(_ value: Int64, _ labels: Labels = []) { sample("", labels, String(value)) }

    package mutating func gauge(_ value: Double, _ labels: Labels = []) { sample("", labels, number(value)) }

    package mutating func gauge(_ value: Bool, _ labels: Labels = []) { sample("", labels, value ? "1" : "0") }

    /// Facts, as labels.
    package mutating func info(_ labels: Labels) { sample("_info", labels, "1") }

    package mutating func histogram(_ buckets: DurationBuckets, _ labels: Labels = []) {
        var sum: UInt64 = 0
        for (at, count) in buckets.counts.enumerated() {
            sum &+= count
            let bound = at < buckets.bounds.count ? seconds(buckets.bounds[at]) : "+Inf"
            sample("_bucket", labels + [("le", bound)], String(sum))
        }
        sample("_sum", labels, number(Double(buckets.sum) / 1e6))
        sample("_count", labels, String(sum))
    }

    private var suffix: String {
        switch kind {
        case .counter: "_total"
        case .info: "_info"
        case .gauge, .histogram: ""
        }
    }

    private mutating func sample(_ suffix: String, _ labels: Labels, _ value: String) {
        append(name)
        append(suffix)
        if !labels.isEmpty {
            for (at, label) in labels.enumerated() {
                append("\(at == 0 ? "{" : ",")\(label.name)=\"\(escaped(label.value, quotes: true))\"")
            }
            append("}")
        }
        append(" ")
        append(value)
        append("\n")
    }

    /// A bound of a bucket; OpenMetrics wants the form of a floating-point number.
    private func seconds(_ microseconds: Int64) -> String {
        let text = number(Double(microseconds) / 1e6)
        return form == .openMetrics && !text.contains(".") ? text + ".0" : text
    }

    private func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        guard value != value.rounded() || abs(value) >= 1e15 else { return String(Int64(value)) }
        return "\(value)"
    }

    private func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private mutating func append(_ text: String) { out.append(contentsOf: text.utf8) }
}
