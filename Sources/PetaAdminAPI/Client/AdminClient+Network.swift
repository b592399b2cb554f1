extension AdminClient {
    /// `GET /v1/network`.
    package func network() throws(AdminError) -> NetworkState {
        try ask(NetworkState.self, "GET", "/v1/network")
    }

    /// `POST /v1/network/allow`.
    package func allow(_ range: NewNetworkRange) throws(AdminError) -> NetworkRange {
        try ask(NetworkRange.self, "POST", "/v1/network/allow", body: range)
    }

    /// `DELETE /v1/network/allow`; `confirmed`: also where that shuts every client out.
    package func disallow(_ range: String, workspace: String?, confirmed: Bool) throws(AdminError) {
        var parameters = [(name: "range", value: range)]
        if let workspace { parameters.append((name: "workspace", value: workspace)) }
        if confirmed { parameters.append((name: "confirmed", value: "true")) }
        _ = try send("DELETE", "/v1/network/allow", parameters: parameters)
    }

    /// `PUT /v1/network/mode`.
    package func setNetworkMode(_ request: NetworkModeRequest) throws(AdminError) -> NetworkState {
        try ask(NetworkState.self, "PUT", "/v1/network/mode", body: request)
    }
}
