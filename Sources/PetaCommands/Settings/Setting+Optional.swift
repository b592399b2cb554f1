import PetaAdminAPI

extension Setting {
    /// A text that may be absent; an empty one is none.
    static func optionalText(
        _ key: String, _ place: any WritableKeyPath<ServeSettings, String?> & Sendable, _ what: String, _ help: String
    ) -> Setting {
        Setting(
            key: key, flag: nil, form: .text(what), help: help,
            read: { $0[keyPath: place].map(SettingValue.text) ?? .absent },
            write: { settings, texts throws(SettingProblem) in
                guard texts.count == 1, let text = texts.first else { throw SettingProblem("expected \(what), found a list") }
                guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                    throw SettingProblem("expected \(what), found control characters")
                }
                settings[keyPath: place] = text.isEmpty ? nil : text
            }, copy: copying(place))
    }
}
