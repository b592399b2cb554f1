import ArgumentParser

struct Policy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Decide by rules which calls run.",
        discussion: """
            Without a verb it lists. A policy set is a file of rules; it is checked and compiled when it is applied, and holds from \
            the next call on. Rights come first: policy is asked about what a user may use.

            Example:
              peta policy lint bank.yaml
              peta policy apply -f bank.yaml
              peta policy test --user alice --tool bank::transfer --args '{"amount":5000}'
            """,
        subcommands: [
            PolicyApply.self, PolicyList.self, PolicyShow.self, PolicyHistory.self, PolicyArchive.self, PolicyRemove.self, PolicyLint.self,
            PolicyTest.self, PolicyDiff.self, PolicyEffective.self,
        ],
        defaultSubcommand: PolicyList.self)
}
