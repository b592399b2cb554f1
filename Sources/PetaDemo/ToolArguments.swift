import PetaWire

/// The arguments of one call, read by name.
struct ToolArguments {
    let json: JSON

    /// A text.
    func string(_ name: String) throws(ToolFailure) -> String {
        guard let text = json[name]?.string else { throw .result("argument '\(name)' has to be a string") }
        return text
    }

    /// A whole number; `2.0` is none.
    func int(_ name: String, _ range: ClosedRange<Int> = Int.min...Int.max) throws(ToolFailure) -> Int {
        guard let value = json[name]?.int else { throw .result("argument '\(name)' has to be an integer") }
        guard range.contains(value) else {
            throw .result("argument '\(name)' has to be from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The sum of two numbers: exact while both are integers and the sum fits, else in double precision.
    func sum(_ first: String, _ second: String) throws(ToolFailure) -> JSON {
        guard let a = json[first]?.double, let b = json[second]?.double else {
            throw .result("arguments '\(first)' and '\(second)' have to be numbers")
        }
        if let x = json[first]?.int, let y = json[second]?.int {
            let (sum, overflow) = x.addingReportingOverflow(y)
            if !overflow { return .int(sum) }
        }
        guard (a + b).isFinite else { throw .result("the sum is out of range") }
        return .number("\(a + b)")
    }
}
