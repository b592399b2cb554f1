package import PetaStore

/// What an operation of identity refuses, in words for the operator.
package typealias IdentityError = OperatorFailure

extension IdentityError {
    static func noUser(_ id: String) -> IdentityError {
        IdentityError("not_found", "there is no user '\(printable(id))'", hint: "peta user list")
    }

    static func noToken(_ id: String) -> IdentityError {
        IdentityError("not_found", "there is no token '\(printable(id))'", hint: "peta token list")
    }

    static func userExists(_ id: String) -> IdentityError {
        IdentityError("already_exists", "there is already a user '\(id)'", hint: "peta user show \(id)")
    }

    static func uidTaken(_ uid: UInt32, by id: String) -> IdentityError {
        IdentityError("already_exists", "the uid \(uid) is the user '\(id)' already", hint: "peta user update \(id) --no-uid")
    }

    static func invalid(_ field: String, _ rule: String) -> IdentityError {
        IdentityError("invalid_argument", "\(field): \(rule)")
    }

    static func lastOwner(_ id: String) -> IdentityError {
        IdentityError(
            "not_permitted", "'\(id)' is the last enabled owner and must stay",
            hint: "peta user add NAME --role owner")
    }

    static func tooMany(_ what: String, limit: Int) -> IdentityError {
        IdentityError("failed", "there are already \(limit) \(what), which is the limit")
    }

    /// An unknown name is told back to whoever sent it, so it is cut and freed of control characters first.
    static func printable(_ text: String) -> String {
        let kept = text.unicodeScalars.prefix(80).map { $0.properties.generalCategory == .control ? "?" : String($0) }
        return kept.joined()
    }
}
