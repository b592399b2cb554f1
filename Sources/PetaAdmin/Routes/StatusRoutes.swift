/// How the gateway is.
enum StatusRoutes {
    static let all = [
        AdminRoute("GET", "/v1/status") { _, parts in try .value(try await parts.status.status()) }
    ]
}
