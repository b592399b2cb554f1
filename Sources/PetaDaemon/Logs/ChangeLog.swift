internal import Logging
internal import PetaStore

/// Says under each part's name that its state has changed, and so what calls are judged by. Who did it is in the audit.
struct ChangeLog: Sendable {
    private let loggers: [Change: (Logger, Logger.Message)]

    init(_ levels: LogLevels) {
        loggers = [
            .identity: (levels.logger("peta.identity"), "users, tokens or rights have changed"),
            .network: (levels.logger("peta.identity"), "the address list has changed"),
            .policy: (levels.logger("peta.policy"), "policy sets have changed"),
            .secrets: (levels.logger("peta.vault"), "secrets have changed"),
            .servers: (levels.logger("peta.downstream"), "the servers have changed"),
            .capabilities: (levels.logger("peta.downstream"), "what servers offer has changed"),
            .exposure: (levels.logger("peta.downstream"), "what of it is exposed has changed"),
        ]
    }

    func follow(_ feed: ChangeFeed) {
        feed.subscribe { [loggers] changes in
            for change in changes { if let (logger, message) = loggers[change] { logger.debug(message) } }
        }
    }
}
