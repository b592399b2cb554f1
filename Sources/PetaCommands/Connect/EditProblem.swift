/// Why a client's file is not changed, in words that follow its path.
struct EditProblem: Error, Equatable {
    let words: String
}
