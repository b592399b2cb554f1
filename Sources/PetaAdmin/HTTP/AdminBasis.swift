/// What is served whether or not the vault is sealed.
struct AdminBasis: Sendable {
    let stage: AdminStage
    let vault: any VaultOperations
    let doctor: any DoctorOperations
}
