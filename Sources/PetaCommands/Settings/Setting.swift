import PetaAdminAPI

/// One row of the settings table: what a key is called in the file, the environment and on the command line, which
/// values it takes, and where it lands.
struct Setting: Sendable {
    /// What a value looks like.
    enum Form: Sendable, Equatable {
        case text(String)
        case path
        case number(ClosedRange<Int>, Unit)
        case flag
        case choice([String])
        case list(String)
    }

    /// What a number counts.
    enum Unit: String, Sendable {
        case count = ""
        case bytes
        case seconds
    }

    /// The key in the configuration file; a dot stands for nesting.
    let key: String
    /// The flag of `peta serve`, for those that have one.
    let flag: String?
    let form: Form
    /// One or two sentences, for the man page and the example file.
    let help: String
    /// What the example file shows for one without a default.
    var example = ""
    let read: @Sendable (ServeSettings) -> SettingValue
    let write: @Sendable (inout ServeSettings, [String]) throws(SettingProblem) -> Void
    /// Takes the value over from other settings.
    let copy: @Sendable (ServeSettings, inout ServeSettings) -> Void

    /// The environment variable: `PETA_` and the key in capitals with underscores, but for the few that are shorter.
    var variable: String {
        switch key {
        case "dataDir": return "PETA_DATA_DIR"
        case "tls.certificate": return "PETA_TLS_CERT"
        default: break
        }
        var name = "PETA_"
        for character in key {
            if character == "." {
                name += "_"
            } else if character.isUppercase {
                name += "_" + String(character)
            } else {
                name += character.uppercased()
            }
        }
        return name
    }

    /// The values that are taken, in words.
    var expectation: String {
        switch form {
        case .text(let what): "expected \(what)"
        case .path: "expected a path"
        case .number(let range, let unit):
            "expected a number from \(range.lowerBound) to \(range.upperBound)" + (unit == .count ? "" : " (\(unit.rawValue))")
        case .flag: "expected true or false"
        case .choice(let choices): "expected " + Words.either(choices)
        case .list(let what): "expected a list of \(what)"
        }
    }
}

extension Setting {
    static func number(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, Int> & Sendable, _ range: ClosedRange<Int>, _ unit: Unit,
        _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .number(range, unit), help: help,
            read: { .number($0[keyPath: place]) },
            write: { settings, texts throws(SettingProblem) in
                let text = try single(texts)
                guard let number = parse(text, unit), range.contains(number) else {
                    let unitWords = unit == .count ? "" : " (\(unit.rawValue))"
                    throw SettingProblem("expected a number from \(range.lowerBound) to \(range.upperBound)\(unitWords), found '\(text)'")
                }
                settings[keyPath: place] = number
            }, copy: Self.copying(place))
    }

    static func number(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, Int> & Sendable, _ range: ClosedRange<Int>, _ help: String
    ) -> Setting {
        number(key, place, range, .count, help)
    }

    static func flag(_ key: String, _ place: any WritableKeyPath<ServeSettings, Bool> & Sendable, _ help: String) -> Setting {
        Setting(
            key: key, flag: nil, form: .flag, help: help,
            read: { .flag($0[keyPath: place]) },
            write: { settings, texts throws(SettingProblem) in
                let text = try single(texts)
                switch text {
                case "true": settings[keyPath: place] = true
                case "false": settings[keyPath: place] = false
                default: throw SettingProblem("expected true or false, found '\(text)'")
                }
            }, copy: Self.copying(place))
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ key: String, flag: String? = nil, _ place: any WritableKeyPath<ServeSettings, Choice> & Sendable, _ help: String
    ) -> Setting {
        let choices = Choice.allCases.map(\.rawValue)
        return Setting(
            key: key, flag: flag, form: .choice(choices), help: help,
            read: { .text($0[keyPath: place].rawValue) },
            write: { settings, texts throws(SettingProblem) in
                let text = try single(texts)
                guard let choice = Choice(rawValue: text) else {
                    throw SettingProblem("expected \(Words.either(choices)), found '\(text)'" + Words.didYouMean(text, among: choices))
                }
                settings[keyPath: place] = choice
            }, copy: Self.copying(place))
    }

    static func path(
        _ key: String, flag: String, _ place: any WritableKeyPath<ServeSettings, String> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: flag, form: .path, help: help,
            read: { .text($0[keyPath: place]) },
            write: { settings, texts throws(SettingProblem) in settings[keyPath: place] = try single(texts) }, copy: Self.copying(place))
    }

    static func optionalPath(
        _ key: String, flag: String, _ place: any WritableKeyPath<ServeSettings, String?> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: flag, form: .path, help: help, example: key == "tls.key" ? "/etc/peta/tls.key" : "/etc/peta/tls.crt",
            read: { $0[keyPath: place].map(SettingValue.text) ?? .absent },
            write: { settings, texts throws(SettingProblem) in settings[keyPath: place] = try single(texts) }, copy: Self.copying(place))
    }

    static func list(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, [String]> & Sendable, of what: String, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .list(what), help: help,
            read: { .list($0[keyPath: place]) },
            write: { settings, texts throws(SettingProblem) in settings[keyPath: place] = texts }, copy: Self.copying(place))
    }

    static func addresses(
        _ key: String, flag: String? = nil, mayBeEmpty: Bool = false,
        _ place: any WritableKeyPath<ServeSettings, [ListenAddress]> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: flag, form: .list("HOST:PORT or unix:PATH"), help: help,
            read: { .list($0[keyPath: place].map(\.description)) },
            write: { settings, texts throws(SettingProblem) in
                var addresses: [ListenAddress] = []
                for text in texts where !(mayBeEmpty && text.isEmpty) {
                    guard let address = ListenAddress(text) else {
                        throw SettingProblem("expected HOST:PORT or unix:PATH, found '\(text)'")
                    }
                    addresses.append(address)
                }
                guard mayBeEmpty || !addresses.isEmpty else { throw SettingProblem("expected at least one HOST:PORT") }
                settings[keyPath: place] = addresses
            }, copy: Self.copying(place))
    }

    static func copying<Value>(
        _ place: any WritableKeyPath<ServeSettings, Value> & Sendable
    ) -> @Sendable (ServeSettings, inout ServeSettings) -> Void {
        { $1[keyPath: place] = $0[keyPath: place] }
    }

    static func single(_ texts: [String]) throws(SettingProblem) -> String {
        guard texts.count == 1 else { throw SettingProblem("expected one value, found a list") }
        guard !texts[0].isEmpty else { throw SettingProblem("expected a value, found nothing") }
        return texts[0]
    }

    /// A size may carry a binary unit: `4MiB`, `512 KiB`.
    private static func parse(_ text: String, _ unit: Unit) -> Int? {
        guard unit == .bytes else { return Int(text) }
        for (suffix, shift) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(suffix) {
            let digits = text.dropLast(3)
            guard let number = Int(digits.last == " " ? digits.dropLast() : digits), number >= 0 else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
            return overflow ? nil : product
        }
        return Int(text)
    }
}
