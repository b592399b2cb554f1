extension AdminClient {
    /// `GET /v1/log/levels`.
    package func logLevels() throws(AdminError) -> LogLevelState {
        try ask(LogLevelState.self, "GET", "/v1/log/levels")
    }

    /// `PUT /v1/log/levels`.
    package func setLogLevels(_ request: LogLevelRequest) throws(AdminError) -> LogLevelState {
        try ask(LogLevelState.self, "PUT", "/v1/log/levels", body: request)
    }

    /// `DELETE /v1/log/levels`: back to the configuration.
    package func resetLogLevels() throws(AdminError) -> LogLevelState {
        try ask(LogLevelState.self, "DELETE", "/v1/log/levels")
    }
}
