package import PetaAdminAPI

/// What an administrator does with the levels of the log. They hold until the next start, or until the configuration is read again.
package protocol LogOperations: Sendable {
    func logLevels() async throws -> LogLevelState
    /// Throws an error with code `invalid_argument` for a level or a part that does not exist; then nothing has changed.
    func setLogLevels(_ request: LogLevelRequest) async throws -> LogLevelState
    func resetLogLevels() async throws -> LogLevelState
}
