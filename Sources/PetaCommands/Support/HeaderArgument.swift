import ArgumentParser

/// `NAME=VALUE` or, as curl has it, `NAME: VALUE`. Neither sign can be part of a header's name (RFC 9110, 5.1).
struct HeaderArgument: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        guard let separator = argument.firstIndex(where: { $0 == "=" || $0 == ":" }), separator != argument.startIndex else { return nil }
        name = String(argument[..<separator])
        let rest = argument[argument.index(after: separator)...]
        value = String(argument[separator] == ":" ? rest.drop { $0 == " " } : rest)
    }
}
