import PetaAdminAPI

/// Charts as SVG. Colours are classes, so that the page can say what they are in light, dark and print.
enum ReportCharts {
    private static let width = 960.0
    private static let left = 56.0
    private static let right = 12.0
    private static let top = 10.0
    private static let bottom = 26.0

    /// What is stacked, from below, with its colour and its name.
    static let layers: [(style: String, name: String, count: @Sendable (AuditFigures.Outcomes) -> Int64)] = [
        ("ok", "answered", { $0.ok }), ("wait", "waiting for a person", { $0.pending }), ("gone", "cancelled", { $0.cancelled }),
        ("deny", "denied", { $0.denied }), ("fail", "failed", { $0.failed }),
    ]

    /// Calls over time, as stacked bars.
    static func calls(_ figures: AuditFigures) -> String {
        let height = 260.0
        let marks = ReportScale.counts(upTo: figures.buckets.map(\.outcomes.total).max() ?? 0)
        let most = Double(marks.last ?? 1)
        let plot = height - top - bottom
        func y(_ value: Double) -> Double { top + plot * (1 - value / most) }
        var svg = frame(height, "Calls over time")
        svg += rows(marks.map { (y(Double($0)), Numbers.grouped($0)) })
        let step = (width - left - right) / Double(max(figures.buckets.count, 1))
        let gap = step > 6 ? 2.0 : step > 3 ? 1.0 : 0.2
        for (index, bucket) in figures.buckets.enumerated() where bucket.outcomes.total > 0 {
            let x = left + Double(index) * step + gap / 2
            svg += "<g><title>\(Clock.words(bucket.start)): \(words(bucket.outcomes))</title>"
            var sum = 0.0
            for layer in layers {
                let count = Double(layer.count(bucket.outcomes))
                guard count > 0 else { continue }
                svg += rect(x, y(sum + count), step - gap, max(y(sum) - y(sum + count), 0.5), layer.style)
                sum += count
            }
            svg += "</g>"
        }
        return svg + columns(figures, step, height) + "</svg>"
    }

    /// p50 and p99 over time, on a logarithmic scale.
    static func latency(_ figures: AuditFigures) -> String {
        let height = 220.0
        let lines: [(style: String, values: [Double?])] = [
            ("p99", figures.buckets.map(\.p99Ms)), ("p50", figures.buckets.map(\.p50Ms)),
        ]
        let marks = ReportScale.decades(lines.flatMap { $0.values.compactMap(\.self) })
        guard let least = marks.first, let most = marks.last else { return "" }
        let plot = height - top - bottom
        func y(_ value: Double) -> Double {
            top + plot * (1 - (logarithm(max(value, least)) - logarithm(least)) / (logarithm(most) - logarithm(least)))
        }
        var svg = frame(height, "Latency over time")
        svg += rows(marks.map { (y($0), Amount.milliseconds($0)) })
        let step = (width - left - right) / Double(max(figures.buckets.count, 1))
        for line in lines {
            var path = ""
            var isOpen = false
            for (index, value) in line.values.enumerated() {
                guard let value else {
                    isOpen = false
                    continue
                }
                let x = left + (Double(index) + 0.5) * step
                let isAlone = !isOpen && (index + 1 == line.values.count || line.values[index + 1] == nil)
                if isAlone { svg += "<circle class=\"dot \(line.style)\" cx=\"\(number(x))\" cy=\"\(number(y(value)))\" r=\"2.5\"/>" }
                path += (isOpen ? "L" : "M") + number(x) + " " + number(y(value))
                isOpen = true
            }
            svg += "<path class=\"line \(line.style)\" d=\"\(path)\"/>"
        }
        for (index, bucket) in figures.buckets.enumerated() {
            guard let p50 = bucket.p50Ms, let p99 = bucket.p99Ms else { continue }
            svg += "<rect class=\"touch\" x=\"\(number(left + Double(index) * step))\" y=\"\(number(top))\" width=\"\(number(step))\""
            svg += " height=\"\(number(plot))\"><title>\(Clock.words(bucket.start)): p50 \(Amount.milliseconds(p50)),"
            svg += " p99 \(Amount.milliseconds(p99))</title></rect>"
        }
        return svg + columns(figures, step, height) + "</svg>"
    }

    /// How many took how long.
    static func distribution(_ latency: AuditFigures.Latency, label: String) -> String {
        var bars = latency.bars
        while let last = bars.last, last.count == 0, bars.count > 1 { bars.removeLast() }
        while let first = bars.first, first.count == 0, bars.count > 1 { bars.removeFirst() }
        let (width, height, foot) = (460.0, 170.0, 30.0)
        let most = Double(bars.map(\.count).max() ?? 1)
        let step = width / Double(max(bars.count, 1))
        var svg = "<svg class=\"chart\" viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"\(label)\">"
        svg += "<line class=\"axis\" x1=\"0\" x2=\"\(number(width))\" y1=\"\(number(height - foot))\" y2=\"\(number(height - foot))\"/>"
        for (index, bar) in bars.enumerated() {
            let size = bar.count > 0 ? max(1, (height - foot - 18) * Double(bar.count) / max(most, 1)) : 0
            let middle = number((Double(index) + 0.5) * step)
            let name = bar.upToMs.map { "up to \(Amount.milliseconds($0))" } ?? "longer"
            svg += "<g><title>\(name): \(Numbers.grouped(bar.count))</title>"
            svg += rect(Double(index) * step + 2, height - foot - size, step - 4, size, "p50")
            // What has hardly a bar needs no number.
            if bar.count * 200 > latency.count {
                svg += text(
                    middle, height - foot - size - 5, Numbers.share(bar.count, of: latency.count).replacing(" %", with: "%"), "mid small")
            }
            svg += text(middle, height - foot + 14, bar.upToMs.map(short) ?? "more", "mid small") + "</g>"
        }
        return svg + "</svg>"
    }

    /// Shares of a whole, side by side.
    static func strip(_ parts: [(style: String, name: String, count: Int64)], label: String) -> String {
        let total = Double(parts.reduce(0) { $0 + $1.count })
        var svg = "<svg class=\"strip\" viewBox=\"0 0 960 18\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(label)\">"
        var x = 0.0
        for part in parts where part.count > 0 {
            let size = max(960 * Double(part.count) / max(total, 1), 2)
            svg += "<g><title>\(part.name): \(Numbers.grouped(part.count))</title>" + rect(x, 0, size, 18, part.style) + "</g>"
            x += size
        }
        return svg + "</svg>"
    }

    /// A small picture of how something went over the time.
    static func trend(_ numbers: [Int64]) -> String {
        let most = Double(numbers.max() ?? 0)
        var svg = "<svg class=\"trend\" viewBox=\"0 0 96 16\" aria-hidden=\"true\">"
        for (index, value) in numbers.enumerated() where value > 0 {
            let size = max(16 * Double(value) / max(most, 1), 1)
            svg += rect(Double(index) * 96 / Double(numbers.count) + 0.4, 16 - size, 96 / Double(numbers.count) - 0.8, size, "ok")
        }
        return svg + "</svg>"
    }

    // MARK: pieces

    private static func frame(_ height: Double, _ label: String) -> String {
        "<svg class=\"chart\" viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"\(label)\">"
    }

    private static func rows(_ marks: [(y: Double, label: String)]) -> String {
        marks.enumerated().map { index, mark in
            "<line class=\"\(index == 0 ? "axis" : "grid")\" x1=\"\(number(left))\" x2=\"\(number(width - right))\" y1=\"\(number(mark.y))\""
                + " y2=\"\(number(mark.y))\"/>" + text(number(left - 8), mark.y + 4, mark.label, "end")
        }.joined()
    }

    private static func columns(_ figures: AuditFigures, _ step: Double, _ height: Double) -> String {
        ReportScale.times(figures.buckets, size: figures.bucketSeconds).map { mark in
            let x = left + Double(mark.index) * step
            return
                "<line class=\"axis\" x1=\"\(number(x))\" x2=\"\(number(x))\" y1=\"\(number(height - bottom))\" y2=\"\(number(height - bottom + 4))\"/>"
                + text(number(x), height - 8, mark.label, x < left + 20 ? "" : "mid")
        }.joined()
    }

    private static func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) -> String {
        "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(max(width, 0.3)))\" height=\"\(number(height))\"/>"
    }

    private static func text(_ x: String, _ y: Double, _ text: String, _ style: String) -> String {
        "<text class=\"\(style)\" x=\"\(x)\" y=\"\(number(y))\">\(HTMLText.safe(text))</text>"
    }

    private static func words(_ outcomes: AuditFigures.Outcomes) -> String {
        layers.compactMap { layer in
            let count = layer.count(outcomes)
            return count > 0 ? "\(Numbers.grouped(count)) \(layer.name)" : nil
        }.joined(separator: ", ")
    }

    /// `20ms`, `5s`, `2m`, `1h`, `1d`.
    private static func short(_ milliseconds: Double) -> String {
        let units: [(Double, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")]
        guard let unit = units.first(where: { milliseconds >= $0.0 }) else { return Amount.short(milliseconds) + "ms" }
        return Amount.short(milliseconds / unit.0) + unit.1
    }

    private static func number(_ value: Double) -> String { HTMLText.number(value) }
}
