import PetaAdminAPI

/// Why a recorded call was decided as it was. Reading changes nothing.
enum WhyRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/why/{call}") { request, parts in
            let call = request.segment("call")
            guard call.utf8.count <= 128 else { throw AdminError(.notFound, "there is no record '\(call.prefix(32))…'") }
            return try .value(try await parts.why.why(call))
        }
    ]
}
