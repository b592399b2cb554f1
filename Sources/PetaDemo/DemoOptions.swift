/// What the demonstration server was asked to be.
package struct DemoOptions: Equatable, Sendable {
    /// Tools that do nothing much, besides the real ones: `tool_1`, `tool_2`, …; at most 100,000.
    package var tools = 0
    /// Entries in one page of a list; nil: everything in one page.
    package var page: Int?
    /// Milliseconds before the first byte is read, at most an hour.
    package var slowStart = 0
    /// Speaks the era without a handshake as well, to who begins with it.
    package var modern = false

    /// The usual server.
    package init() {}

    /// Reads the arguments after `peta demo-server`. Throws `DemoUsageError`.
    package init(arguments: [String]) throws {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--tools": tools = try Self.number(flag, rest.popFirst(), 0...100_000)
            case "--page": page = try Self.number(flag, rest.popFirst(), 1...100_000)
            case "--slow-start": slowStart = try Self.number(flag, rest.popFirst(), 0...3_600_000)
            case "--modern": modern = true
            default: throw DemoUsageError(message: "unknown argument '\(flag)'; known are --tools N, --page N, --slow-start MS, --modern")
            }
        }
    }

    private static func number(_ flag: String, _ text: String?, _ range: ClosedRange<Int>) throws -> Int {
        guard let text else { throw DemoUsageError(message: "\(flag) needs a number") }
        guard let value = Int(text), range.contains(value) else {
            throw DemoUsageError(message: "\(flag) takes a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }
}
