internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaIdentity
internal import PetaWire

/// What administrators do with the address list: maps the admin protocol's types onto those of identity.
struct NetworkAdministration: NetworkOperations {
    let network: Network

    func network() async throws -> NetworkState {
        let state = try network.state()
        return NetworkState(mode: state.mode.rawValue, entries: state.entries.map(NetworkRange.init))
    }

    func allow(_ range: NewNetworkRange, as principal: Principal) async throws -> NetworkRange {
        NetworkRange(
            try await network.add(range.range, workspace: range.workspace, note: range.note ?? "", by: principal.userID).entry)
    }

    func disallow(_ range: String, workspace: String?, confirmed: Bool) async throws {
        try await network.remove(range, workspace: workspace, confirmed: confirmed)
    }

    func setMode(_ mode: String, confirmed: Bool) async throws -> NetworkState {
        guard let mode = NetworkMode(rawValue: mode) else {
            throw AdminError(
                .invalidArgument, "mode: expected \(NetworkMode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        try await network.setMode(mode, confirmed: confirmed)
        return try await self.network()
    }
}

extension NetworkRange {
    fileprivate init(_ entry: NetworkEntry) {
        self.init(
            range: entry.range.description, workspace: entry.workspace, note: entry.note.isEmpty ? nil : entry.note,
            createdAt: Timestamp(entry.createdAt), createdBy: entry.createdBy)
    }
}
