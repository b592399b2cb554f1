import ArgumentParser

/// The limits that a user can have of its own.
struct LimitOptions: ParsableArguments {
    @Option(help: "What it belongs to: small letters, digits and -.")
    var workspace: String?

    @Option(help: ArgumentHelp("Requests it may make: 100/min, 5/s, 2000/h, none for any number, or default.", valueName: "rate"))
    var rateLimit: String?

    @Option(help: ArgumentHelp("Calls of it that may be under way: a number, none for any number, or default.", valueName: "count"))
    var concurrent: String?

    func validate() throws {
        if let concurrent, concurrent != "default", Self.number(concurrent) == nil {
            throw ValidationError("--concurrent: expected a number from 1 on, none or default, found '\(concurrent)'")
        }
    }

    /// What was said of the rate; `.some(nil)`: it is the gateway's default.
    var rate: String?? { rateLimit.map { $0 == "default" ? nil : $0 } }

    /// The same of calls under way.
    var calls: Int?? { concurrent.map { $0 == "default" ? nil : Self.number($0) } }

    private static func number(_ text: String) -> Int? {
        if text == "none" { return 0 }
        guard let number = Int(text), number > 0 else { return nil }
        return number
    }
}
