/// The value of a setting, whatever its kind.
enum SettingValue: Equatable, Sendable {
    case absent
    case text(String)
    case number(Int)
    case fraction(Double)
    case flag(Bool)
    case list([String])

    /// The value as a person writes it.
    var text: String {
        switch self {
        case .absent: "-"
        case .text(let text): text
        case .number(let number): String(number)
        case .fraction(let number): number == number.rounded() ? String(Int(number)) : String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let items): items.isEmpty ? "[]" : items.joined(separator: ", ")
        }
    }
}

extension SettingValue: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .absent: try container.encodeNil()
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .fraction(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let items): try container.encode(items)
        }
    }
}
