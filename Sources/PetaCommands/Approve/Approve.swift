import ArgumentParser

struct Approve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Say yes or no to calls that wait for a person.",
        discussion: """
            Without a verb it shows what waits as it arrives, one request at a time, with keys to decide; that needs a terminal. The \
            other verbs are for scripts.

            Example:
              peta approve
              peta approve list
              peta approve deny ap_7f3a9c --reason 'not on a Friday'
            """,
        subcommands: [
            ApproveReview.self, ApproveList.self, ApproveShow.self, ApproveAllow.self, ApproveDeny.self, ApproveWatch.self,
        ],
        defaultSubcommand: ApproveReview.self)
}
