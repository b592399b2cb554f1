import PetaAdminAPI

/// Whether all is well. A read: nothing is changed, and no secret is shown.
enum DoctorRoutes {
    static let all: [AdminRoute] = [
        AdminRoute(
            "GET", "/v1/doctor", parameters: ["full"], isInterruptible: true,
            always: { request, basis in
                let full = try request.flag("full")
                return try .value(await basis.doctor.examine(full: full))
            })
    ]
}
