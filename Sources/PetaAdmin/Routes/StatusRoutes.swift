/// How the gateway is.
enum StatusRoutes {
    static let all = [
        AdminRoute(
            "GET", "/v1/status",
            always: { _, basis in try .value(try await (basis.stage.parts?.status ?? basis.stage.sealedStatus).status()) })
    ]
}
