import PetaAdminAPI

/// Every route of the admin protocol.
enum AdminRoutes {
    static let all: [AdminRoute] =
        StatusRoutes.all + ServerRoutes.all + UserRoutes.all + TokenRoutes.all + SecretRoutes.all + PolicyRoutes.all
        + ApprovalRoutes.all + NetworkRoutes.all + AuditRoutes.all + WhyRoutes.all + ConfigRoutes.all + VaultRoutes.all
        + LogRoutes.all + BackupRoutes.all + DoctorRoutes.all

    /// What a request is for.
    enum Match {
        case route(AdminRoute, [String: String])
        /// The path is known, but not with this method.
        case otherMethods([String])
        case nothing
    }

    static func find(method: String, path: [String]) -> Match {
        var others: [String] = []
        for route in all {
            guard let values = route.match(path) else { continue }
            if route.method == method { return .route(route, values) }
            others.append(route.method)
        }
        return others.isEmpty ? .nothing : .otherMethods(others)
    }
}
