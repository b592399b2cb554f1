import ArgumentParser

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Make, check and restore backups.",
        discussion: """
            Without a verb it lists those that were made. A backup is one file, sealed with a passphrase of its own: the whole database with \
            users, tokens, servers, secrets, policies, approvals and audit, and the keys of the vault, so that it can be restored on a host \
            that has nothing else. Who has the file and its passphrase has everything: keep them apart. Without the passphrase nobody, \
            you included, gets anything out of it.

            Example:
              peta backup create /var/backups/peta.backup
              peta backup verify /var/backups/peta.backup
              peta backup restore /var/backups/peta.backup
            """,
        subcommands: [BackupList.self, BackupCreate.self, BackupVerify.self, BackupShow.self, BackupRestore.self],
        defaultSubcommand: BackupList.self)
}
