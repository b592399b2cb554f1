package import PetaIdentity

/// What the admin protocol serves. The daemon composes it.
package struct AdminParts: Sendable {
    package let identity: Identity
    package let servers: any ServerOperations
    package let secrets: any SecretOperations
    package let policies: any PolicyOperations
    package let approvals: any ApprovalOperations
    package let network: any NetworkOperations
    package let audit: any AuditOperations
    package let why: any WhyOperations
    package let configuration: any ConfigOperations
    package let log: any LogOperations
    package let backups: any BackupOperations
    package let recorder: any ActRecorder
    package let status: any StatusSource

    package init(
        identity: Identity, servers: any ServerOperations, secrets: any SecretOperations, policies: any PolicyOperations,
        approvals: any ApprovalOperations, network: any NetworkOperations, audit: any AuditOperations, why: any WhyOperations,
        configuration: any ConfigOperations, log: any LogOperations, backups: any BackupOperations, recorder: any ActRecorder,
        status: any StatusSource
    ) {
        self.identity = identity
        self.servers = servers
        self.secrets = secrets
        self.policies = policies
        self.approvals = approvals
        self.network = network
        self.audit = audit
        self.why = why
        self.configuration = configuration
        self.log = log
        self.backups = backups
        self.recorder = recorder
        self.status = status
    }
}
