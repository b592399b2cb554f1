import PetaAdminAPI
import PetaIdentity

/// What only an owner may do here: otherwise an admin could make itself one.
enum OwnerRule {
    /// Throws unless an owner asks.
    static func check(_ principal: Principal, _ what: String) throws(AdminError) {
        guard principal.role == .owner else {
            throw AdminError(.notPermitted, "only an owner may \(what)", hint: "run this as root or as the gateway's own user")
        }
    }

    /// Throws when the request's user is an owner and one who is none asks. A user that does not exist passes.
    static func check(_ request: AdminRequest, _ parts: AdminParts, _ what: String) throws(AdminError) {
        if parts.identity.snapshot.users[request.segment("id")]?.role == .owner { try check(request.principal, what) }
    }
}
