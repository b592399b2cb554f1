package import PetaWire

/// From where clients may come, at one moment: the list for all, and those of workspaces, which narrow it further. Immutable.
package final class AddressList: Sendable {
    package let mode: NetworkMode
    private let all: AddressSet
    private let workspaces: [String: AddressSet]

    /// Lets everybody in.
    package static let open = AddressList(mode: .off, entries: [])

    init(mode: NetworkMode, entries: [NetworkEntry]) {
        self.mode = mode
        all = AddressSet(entries.filter { $0.workspace == nil }.map(\.range))
        workspaces = Dictionary(grouping: entries.filter { $0.workspace != nil }) { $0.workspace ?? "" }
            .mapValues { AddressSet($0.map(\.range)) }
    }

    /// True if the list for all holds this address, whatever the mode. An address that cannot be read is on no list.
    package func covers(_ address: IPAddress?) -> Bool { address.map(all.contains) ?? false }

    /// The same for a workspace's own list; a workspace without one has no wish of its own.
    package func covers(_ address: IPAddress?, workspace: String) -> Bool {
        guard let own = workspaces[workspace] else { return true }
        return address.map(own.contains) ?? false
    }

    /// True if a client at this address, known or not, is to be refused.
    package func refuses(_ address: IPAddress?, workspace: String? = nil) -> Bool {
        guard mode == .enforce else { return false }
        return !covers(address) || workspace.map { !covers(address, workspace: $0) } ?? false
    }
}
