import PetaWire

/// Puts together what a user's rights and preferences say of each server. Empty for most users.
struct FinerRights {
    private var drafts: [String: ServerRights.Draft] = [:]
    private let hasAll: Bool
    private let grants: Set<String>

    init(_ record: UserRecord) {
        hasAll = record.user.role == .owner
        grants = record.grants
        for right in record.rights {
            switch (right.target, right.isAllowed) {
            case (nil, true): break
            case (nil, false): drafts[right.server, default: .init()].isDenied = true
            case (let target?, true): drafts[right.server, default: .init()].granted.insert(target)
            case (let target?, false): drafts[right.server, default: .init()].denied.insert(target)
            }
        }
        for preference in record.preferences {
            if preference.isOff {
                if let target = preference.target {
                    drafts[preference.server, default: .init()].off.insert(target)
                } else {
                    drafts[preference.server, default: .init()].isOff = true
                }
            }
            if let target = preference.target, let danger = preference.danger {
                drafts[preference.server, default: .init()].raised[target] = danger
            }
        }
    }

    /// As the user has it, without a token or with one that is not narrowed.
    func whole() -> [String: ServerRights] { made(nil, [:]) }

    /// As a narrowed token has it.
    func narrowed(_ token: AccessToken) -> [String: ServerRights] {
        made(token.narrowing, token.tools ?? [:])
    }

    private func made(_ servers: Set<String>?, _ tools: [String: Set<String>]) -> [String: ServerRights] {
        guard !drafts.isEmpty || !tools.isEmpty else { return [:] }
        var found: [String: ServerRights] = [:]
        for server in Set(drafts.keys).union(tools.keys) {
            found[server] = ServerRights(
                drafts[server] ?? .init(), hasGrant: hasAll || grants.contains(server), isInToken: servers?.contains(server) ?? true,
                tokenTools: Set((tools[server] ?? []).map { CapabilityName(.tool, $0) }))
        }
        return found
    }
}
