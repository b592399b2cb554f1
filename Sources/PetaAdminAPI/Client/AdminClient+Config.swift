extension AdminClient {
    /// `GET /v1/config`.
    package func configuration() throws(AdminError) -> RunningConfiguration {
        try ask(RunningConfiguration.self, "GET", "/v1/config")
    }

    /// `POST /v1/config/reload`. A configuration that cannot be used changes nothing, and is told of by the error.
    package func reloadConfiguration() throws(AdminError) -> ConfigReload {
        try ask(ConfigReload.self, "POST", "/v1/config/reload")
    }
}
