import PetaAdminAPI

/// Kinds of settings of what the gateway tells other systems.
extension Setting {
    /// A text that need not be there.
    static func text(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, String?> & Sendable, _ what: String, example: String, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .text(what), help: help, example: example,
            read: { $0[keyPath: place].map(SettingValue.text) ?? .absent },
            write: { settings, texts throws(SettingProblem) in
                let text = try single(texts)
                guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                    throw SettingProblem("expected a word of ASCII characters, found blanks or others")
                }
                settings[keyPath: place] = text
            }, copy: copying(place))
    }

    /// Where something is sent.
    static func url(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, String?> & Sendable, example: String, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .text("An http or https URL."), help: help, example: example,
            read: { $0[keyPath: place].map(SettingValue.text) ?? .absent },
            write: { settings, texts throws(SettingProblem) in
                let text = try single(texts)
                // The text may be a credential: it is not repeated.
                guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else {
                    throw SettingProblem("expected a URL that begins with http:// or https://")
                }
                let authority = text.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
                guard !authority.isEmpty, !authority.hasPrefix(":") else { throw SettingProblem("expected a URL with a host") }
                guard !authority.contains("@") else {
                    throw SettingProblem("a user or password does not belong into a URL; use header fields and ${secret:NAME}")
                }
                guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                    throw SettingProblem("expected a URL of at most 2048 ASCII characters without blanks")
                }
                settings[keyPath: place] = text
            }, copy: copying(place))
    }

    /// Header fields as `NAME=VALUE`.
    static func headers(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, [String]> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .list("NAME=VALUE"), help: help,
            read: { .list($0[keyPath: place]) },
            write: { settings, texts throws(SettingProblem) in
                var fields: [String] = []
                for text in texts where !text.isEmpty {
                    guard let equals = text.firstIndex(of: "="), isFieldName(text[..<equals]) else {
                        throw SettingProblem("expected NAME=VALUE with the name of a header field")
                    }
                    let name = text[..<equals].lowercased()
                    guard !["host", "content-length", "content-type", "connection", "transfer-encoding"].contains(name) else {
                        throw SettingProblem("\(name) is written by the gateway itself")
                    }
                    guard text[equals...].utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                        throw SettingProblem("\(name): the value holds a control character")
                    }
                    fields.append(text)
                }
                settings[keyPath: place] = fields
            }, copy: copying(place))
    }

    /// A number from 0 to 1.
    static func fraction(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, Double> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .text("A number from 0 to 1."), help: help,
            read: { .fraction($0[keyPath: place]) },
            write: { settings, texts throws(SettingProblem) in
                let text = try single(texts)
                guard text.utf8.count <= 20, text.utf8.allSatisfy({ $0 == 0x2E || $0 &- 0x30 < 10 }), let number = Double(text),
                    (0...1).contains(number)
                else { throw SettingProblem("expected a number from 0 to 1, found '\(text.prefix(20))'") }
                settings[keyPath: place] = number
            }, copy: copying(place))
    }

    /// Levels of parts.
    static func levels(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, [LogPartLevel]> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .list("PART=LEVEL"), help: help,
            read: { .list($0[keyPath: place].map(\.description)) },
            write: { settings, texts throws(SettingProblem) in
                var levels: [LogPartLevel] = []
                for text in texts where !text.isEmpty {
                    let one: LogPartLevel
                    do throws(LogWords.Problem) { one = try LogWords.partLevel(text) } catch { throw SettingProblem(error.words) }
                    guard !levels.contains(where: { $0.part == one.part }) else {
                        throw SettingProblem("'\(one.part.rawValue)' stands here twice")
                    }
                    levels.append(one)
                }
                settings[keyPath: place] = levels
            }, copy: copying(place))
    }

    private static func isFieldName(_ name: Substring) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
