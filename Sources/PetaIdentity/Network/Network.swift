package import Foundation
package import PetaStore
import PetaWire
import Synchronization

/// The address list: from where clients may come.
///
/// Every operation that changes something returns when the change is stored, stands in ``list``, and every listener of the change feed
/// has applied it. Nothing here concerns Unix sockets, so that no list can lock an administrator out.
package final class Network: Sendable {
    /// The tables, for the store to create.
    package static let migrations = SQLiteNetworkStore.migrations

    /// The most entries in all.
    package static let entryLimit = 10_000
    private static let noteBytes = 256

    private let store: SQLiteNetworkStore
    private let feed: ChangeFeed
    private let clock: @Sendable () -> Date
    private let current: Mutex<AddressList>

    /// Loads what is in force; blocks. Throws where something stored cannot be read: nobody is let in by a guess.
    package init(store: Store, feed: ChangeFeed, clock: @escaping @Sendable () -> Date = { Date() }) throws {
        self.store = SQLiteNetworkStore(store)
        self.feed = feed
        self.clock = clock
        let state = try self.store.load()
        current = Mutex(AddressList(mode: state.mode, entries: state.entries))
    }

    /// What is in force. Takes a lock for some nanoseconds.
    package var list: AddressList { current.withLock { $0 } }

    /// Mode and all entries, by workspace and time.
    package func state() throws -> (mode: NetworkMode, entries: [NetworkEntry]) {
        let state = try store.load()
        return (state.mode, state.entries)
    }

    /// Puts a range on the list for all, or on that of a workspace. False where it stood there already; a note is changed then.
    @discardableResult
    package func add(_ text: String, workspace: String?, note: String, by who: String) async throws -> (entry: NetworkEntry, isNew: Bool) {
        let range = try Self.range(text)
        if let workspace { try Workspace.check(workspace) }
        guard note.utf8.count <= Self.noteBytes, note.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw IdentityError.invalid("note", "at most \(Self.noteBytes) bytes without control characters")
        }
        let entry = NetworkEntry(range: range, workspace: workspace, note: note, createdAt: clock(), createdBy: who)
        return try await change { state in
            if let known = state.entries.firstIndex(where: { $0.range.description == range.description && $0.workspace == workspace }) {
                let before = state.entries[known]
                guard !note.isEmpty, before.note != note else { return (before, false) }
                let noted = NetworkEntry(
                    range: before.range, workspace: workspace, note: note, createdAt: before.createdAt, createdBy: before.createdBy)
                state.entries[known] = noted
                return (noted, false)
            }
            guard state.entries.count < Self.entryLimit else { throw IdentityError.tooMany("ranges", limit: Self.entryLimit) }
            state.entries.append(entry)
            return (entry, true)
        }
    }

    /// Takes a range off a list. Throws `not_found`; and `not_permitted`, unless that is confirmed, where it is the last one of the list for
    /// all while that is enforced.
    package func remove(_ text: String, workspace: String?, confirmed: Bool) async throws {
        let range = try Self.range(text)
        try await change { state in
            guard let index = state.entries.firstIndex(where: { $0.range.description == range.description && $0.workspace == workspace })
            else {
                throw IdentityError(
                    "not_found",
                    "\(range) does not stand on the list" + (workspace.map { " of workspace '\(IdentityError.printable($0))'" } ?? ""),
                    hint: "peta network allow list")
            }
            state.entries.remove(at: index)
            if !confirmed, state.mode == .enforce { try Self.keepOne(state) }
        }
    }

    /// Sets the mode; false where it was that already. Throws `not_permitted`, unless that is confirmed, where an empty list would be enforced.
    @discardableResult
    package func setMode(_ mode: NetworkMode, confirmed: Bool) async throws -> Bool {
        try await change { state in
            guard state.mode != mode else { return false }
            state.mode = mode
            if !confirmed, mode == .enforce { try Self.keepOne(state) }
            return true
        }
    }

    private static func keepOne(_ state: SQLiteNetworkStore.State) throws {
        guard !state.entries.contains(where: { $0.workspace == nil }) else { return }
        throw IdentityError(
            "not_permitted", "no address is on the list, so every client that comes over TCP would be refused",
            hint: "First 'peta network allow add RANGE'; or add --yes if that is what you want")
    }

    private static func range(_ text: String) throws -> AddressRange {
        guard text.utf8.count <= 64, let range = AddressRange(text) else {
            throw IdentityError.invalid(
                "range", "'\(IdentityError.printable(text))' is no address or range such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32")
        }
        return range
    }

    private func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout SQLiteNetworkStore.State) throws -> Value
    ) async throws -> Value {
        let value = try await store.change(body) { [self] state in
            let next = AddressList(mode: state.mode, entries: state.entries)
            current.withLock { $0 = next }
        }
        // Also when nothing was different: an equal change may be committed and not yet applied everywhere.
        await feed.announce(.network)
        return value
    }
}
