internal import PetaWire

/// What conditions compare.
enum PolicyValue: Sendable, Hashable {
    case text(String)
    case number(DecimalNumber)
    case flag(Bool)
    case address(IPAddress)

    /// How a value is to be read.
    enum Kind: String, Sendable, CaseIterable {
        case string, number, boolean
        /// The host of a URL.
        case host = "url.host"
        /// How many bytes a string has in UTF-8, or any other value as compact JSON.
        case length = "bytes.length"
        case ip
    }

    /// A scalar as it stands; nil for null, arrays and objects, and for numbers that are too long to compare.
    init?(_ json: JSON) {
        switch json {
        case .string(let text): self = .text(text)
        case .bool(let flag): self = .flag(flag)
        case .number(let spelling):
            guard let number = DecimalNumber(spelling) else { return nil }
            self = .number(number)
        case .null, .array, .object: return nil
        }
    }

    /// Nil where it cannot be read as `kind`.
    init?(_ json: JSON, as kind: Kind) {
        switch (kind, json) {
        case (.string, .string(let text)): self = .text(text)
        case (.number, .number(let text)), (.number, .string(let text)):
            guard let number = DecimalNumber(text) else { return nil }
            self = .number(number)
        case (.boolean, .bool(let flag)): self = .flag(flag)
        case (.boolean, .string("true")): self = .flag(true)
        case (.boolean, .string("false")): self = .flag(false)
        case (.host, .string(let text)):
            guard let host = HostName.of(text) else { return nil }
            self = .text(host)
        case (.length, .string(let text)): self = .number(DecimalNumber(text.utf8.count))
        case (.length, .null): return nil
        case (.length, _): self = .number(DecimalNumber(json.bytes.count))
        case (.ip, .string(let text)):
            guard let address = IPAddress(text) else { return nil }
            self = .address(address)
        default: return nil
        }
    }

    /// As text, for what looks into texts.
    var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): number.text
        case .flag(let flag): flag ? "true" : "false"
        case .address(let address): address.description
        }
    }

    /// As a number: also a text that is spelled like one.
    var number: DecimalNumber? {
        switch self {
        case .number(let number): number
        case .text(let text): DecimalNumber(text)
        case .flag, .address: nil
        }
    }

    var address: IPAddress? {
        switch self {
        case .address(let address): address
        case .text(let text): IPAddress(text)
        case .number, .flag: nil
        }
    }

    private var flag: Bool? {
        switch self {
        case .flag(let flag): flag
        case .text("true"): true
        case .text("false"): false
        default: nil
        }
    }

    /// Nil where one cannot be read as what the other is.
    func equals(_ other: PolicyValue) -> Bool? {
        switch (self, other) {
        case (.text(let a), .text(let b)): a == b  // Canonical equivalence, which is equality in NFC (Unicode Standard Annex 15).
        case (.number(let a), .number(let b)): a == b
        case (.number(let a), let b), (let b, .number(let a)): b.number.map { $0 == a }
        case (.flag(let a), let b), (let b, .flag(let a)): b.flag.map { $0 == a }
        case (.address(let a), let b), (let b, .address(let a)): b.address.map { $0 == a }
        }
    }

    /// Nil where they have no order. Two texts that are no numbers are ordered by their bytes in NFC.
    func isBelow(_ other: PolicyValue) -> Bool? {
        if let a = number, let b = other.number { return a < b }
        guard case .text(let a) = self, case .text(let b) = other, number == nil, other.number == nil else { return nil }
        return a.composed.utf8.lexicographicallyPrecedes(b.composed.utf8)
    }
}
