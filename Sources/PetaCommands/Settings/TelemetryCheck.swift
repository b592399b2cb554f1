import PetaAdminAPI

/// What cannot be meant in the settings of what the gateway tells other systems.
enum TelemetryCheck {
    static func problems(_ settings: ServeSettings) -> [String] {
        var problems: [String] = []
        func place(_ key: String) -> String { OriginWords.place(key, settings) }
        for address in settings.metrics.listen {
            if case .unix(let path) = address {
                if path.isEmpty { problems.append("\(place("metrics.listen")): unix: needs a path here") }
                if path == settings.socket { problems.append("\(place("metrics.listen")): \(path) is the admin socket") }
            }
            if settings.listen.contains(address), address != .tcp(host: "127.0.0.1", port: 0) {
                problems.append("\(place("metrics.listen")): \(address) serves MCP; metrics need an address of their own")
            }
            if !address.isLocal, settings.metrics.token == nil {
                problems.append(
                    "\(place("metrics.listen")): \(address) can be reached by others, who would read which servers there are and how they are used; set metrics.token"
                )
            }
        }
        problems += exposed(settings.otlp.endpoint, settings.otlp.headers, "otlp.endpoint", "otlp.headers", settings)
        problems += exposed(
            settings.logging.webhook.url, settings.logging.webhook.headers, "log.webhook.url", "log.webhook.headers", settings)
        return problems
    }

    /// A credential does not travel in the clear.
    private static func exposed(
        _ url: String?, _ headers: [String], _ urlKey: String, _ headerKey: String, _ settings: ServeSettings
    ) -> [String] {
        guard let url, url.lowercased().hasPrefix("http://"), headers.contains(where: { $0.contains("${secret:") }) else { return [] }
        let host = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isLocal = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
        guard !isLocal else { return [] }
        return ["\(OriginWords.place(headerKey, settings)): \(headerKey) holds a secret, so \(urlKey) must be https"]
    }
}
