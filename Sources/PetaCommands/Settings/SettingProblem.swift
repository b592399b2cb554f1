/// Why a text is no value for a setting, in words that follow "KEY: ".
struct SettingProblem: Error, Equatable {
    let words: String

    init(_ words: String) {
        self.words = words
    }
}
