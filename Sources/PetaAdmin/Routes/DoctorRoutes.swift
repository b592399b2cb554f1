import PetaAdminAPI

/// Whether all is well. A read: nothing is changed, and no secret is shown.
enum DoctorRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/doctor", parameters: ["full"], isInterruptible: true) { request, parts in
            try .value(await parts.doctor.examine(full: try request.flag("full")))
        }
    ]
}
