internal import Foundation
package import PetaStore
internal import Synchronization

/// The policy sets of the gateway, all their versions, and what is in force.
///
/// Every operation that changes something returns when the change is stored, stands in ``compiled``, and every listener of the change
/// feed has applied it. A text that is not right changes nothing.
package final class Policies: Sendable {
    /// The tables, for the store to create.
    package static let migrations = SQLitePolicyStore.migrations

    /// The most sets, and the most rules in all that are in force.
    package static let setLimit = 1_000
    package static let ruleLimit = 10_000

    private let store: any PolicyStore
    private let feed: ChangeFeed
    private let clock: @Sendable () -> Int64
    private let current: Mutex<State>

    /// What is in force, and its sets as they were read: reading takes longer than everything else of a change.
    private struct State {
        var compiled: CompiledPolicy
        var read: [CompiledPolicy.Active]
        var denies: Bool { compiled.denies }

        func denying(_ denies: Bool) -> State { State(compiled: CompiledPolicy(read, denies: denies), read: read) }
    }

    /// Loads what is in force; blocks. Throws where a stored set cannot be read: nothing may run without it.
    ///
    /// - Parameters:
    ///   - denies: what no rule decides is denied.
    ///   - clock: milliseconds since 1970.
    package init(
        store: any PolicyStore, feed: ChangeFeed, denies: Bool,
        clock: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }
    ) throws {
        self.store = store
        self.feed = feed
        self.clock = clock
        current = Mutex(try Self.compile(try store.load(), known: [], denies: denies))
    }

    /// What is in force. Takes a lock for some nanoseconds.
    package var compiled: CompiledPolicy { current.withLock { $0.compiled } }

    private static func compile(_ sets: [PolicySetRecord], known: [CompiledPolicy.Active], denies: Bool) throws -> State {
        let active = try sets.filter { $0.status == .active }.map { set in
            if let before = known.first(where: { $0.name == set.name && $0.version == set.version }) { return before }
            do throws(PolicyInvalid) {
                return CompiledPolicy.Active(
                    name: set.name, version: set.version, server: set.server, document: try PolicyDocument(set.text))
            } catch {
                throw PolicyError(
                    "internal", "the stored policy set '\(set.name)' cannot be read by this version: \(error.problems.first?.text ?? "")",
                    hint: "nothing runs without it; go back to the version of Peta that stored it, or archive it there")
            }
        }
        return State(compiled: CompiledPolicy(active, denies: denies), read: active)
    }

    // MARK: reading

    /// All sets, by name.
    package func list() throws -> [PolicySetRecord] { try store.load() }

    /// One set. Throws `not_found`.
    package func set(_ name: String) throws -> PolicySetRecord {
        guard let found = try store.load().first(where: { $0.name == name }) else { throw PolicyError.none(name) }
        return found
    }

    /// Every change of a set, newest first, also of one that was removed. Throws `not_found`.
    package func history(_ name: String) async throws -> [PolicyChange] {
        let found = try await store.history(name)
        guard !found.isEmpty else { throw PolicyError.none(name) }
        return found
    }

    /// One change of a set with its text; also of one that was removed. Throws `not_found`.
    package func version(_ name: String, _ version: Int) async throws -> (change: PolicyChange, text: String) {
        if let found = try await store.version(name, version) { return found }
        throw PolicyError(
            "not_found", "there is no version \(version) of a policy set '\(PolicyName.isValid(name) ? name : "?")'",
            hint: "peta policy history \(PolicyName.isValid(name) ? name : "NAME")")
    }

    /// What is wrong with a text, and what looks like a mistake; nothing is stored. `rules` are those that could be read.
    package static func lint(_ text: String) -> (problems: [PolicyProblem], document: PolicyDocument?, rules: [PolicyRule]) {
        do throws(PolicyInvalid) {
            let document = try PolicyDocument(text)
            return ([], document, document.rules)
        } catch {
            return (error.problems, nil, error.rules)
        }
    }

    /// What would be in force if a text were applied. Throws `invalid_argument`.
    package func preview(_ text: String, name: String?) throws -> CompiledPolicy {
        let (document, name) = try Self.read(text, name)
        var sets = try store.load().filter { $0.name != name }
        sets.append(
            PolicySetRecord(
                name: name, version: 0, status: .active, server: document.server, text: text, changedAt: clock(), changedBy: ""))
        let now = current.withLock { $0 }
        return try Self.compile(sets, known: now.read, denies: now.denies).compiled
    }

    /// What judges past calls by what is in force and by what would be if a text were applied; with the text's name, and whether a set of
    /// that name is in force. Throws `invalid_argument`.
    package func replay(_ text: String, name: String?) throws -> (replay: PolicyReplay, name: String, isReplaced: Bool) {
        let (document, name) = try Self.read(text, name)
        let before = compiled
        let present = try store.load().first { $0.name == name && $0.status == .active }
        var unchanged: Set<String> = []
        // Of one server and one clock, a rule that reads the same is the same.
        if let present, let old = try? PolicyDocument(present.text), old.server == document.server, old.offset == document.offset {
            unchanged = Set(PolicyDocument.sameRules(present.text, text).map { "\(name)/\($0)" })
        }
        return (PolicyReplay(before: before, after: try preview(text, name: name), unchanged: unchanged), name, present != nil)
    }

    private static func read(_ text: String, _ name: String?) throws -> (PolicyDocument, String) {
        let document: PolicyDocument
        do throws(PolicyInvalid) {
            document = try PolicyDocument(text)
        } catch {
            throw PolicyError.invalid(error.problems, inForce: true)
        }
        if let name, let own = document.name, name != own {
            throw PolicyError("invalid_argument", "the text names the set '\(own)', not '\(name)'")
        }
        guard let chosen = name ?? document.name else {
            throw PolicyError("invalid_argument", "the set has no name", hint: "add 'name: NAME' to the file, or give --name NAME")
        }
        guard PolicyName.isValid(chosen) else { throw PolicyError("invalid_argument", "the set's name: \(PolicyName.rule)") }
        return (document, chosen)
    }

    // MARK: changing

    /// Whether what no rule decides is denied. It stands in ``compiled`` at once; whoever changes it sees to it that it is applied.
    package var denies: Bool {
        get { current.withLock { $0.denies } }
        set { current.withLock { if $0.denies != newValue { $0 = $0.denying(newValue) } } }
    }

    /// What came of a text that was applied.
    package struct Applied: Sendable {
        package let set: PolicySetRecord
        /// False where the same text was in force already.
        package let isNew: Bool
        package let warnings: [PolicyProblem]
    }

    /// Puts a text into force, in place of the one of that name. Throws `invalid_argument` with everything that is wrong.
    package func apply(_ text: String, name: String?, by who: String) async throws -> Applied {
        let (document, name) = try Self.read(text, name)
        let (set, isNew) = try await change { [self] sets, versions -> ((PolicySetRecord, Bool), PolicyWrite?) in
            if let known = sets.first(where: { $0.name == name }), known.status == .active, known.text == text {
                return ((known, false), nil)
            }
            guard sets.count < Self.setLimit || sets.contains(where: { $0.name == name }) else {
                throw PolicyError("failed", "there are already \(Self.setLimit) policy sets, which is the limit")
            }
            let others = compiled.entries.count { $0.set != name }
            guard others + document.rules.count <= Self.ruleLimit else {
                throw PolicyError(
                    "failed", "more than \(Self.ruleLimit) rules would be in force, which is the limit", hint: "peta policy list")
            }
            let record = PolicySetRecord(
                name: name, version: try versions(name) + 1, status: .active, server: document.server, text: text, changedAt: clock(),
                changedBy: who)
            return ((record, true), Self.write(record, .applied))
        }
        return Applied(set: set, isNew: isNew, warnings: document.warnings)
    }

    /// Takes a set out of force and keeps it; `apply` brings it back. False where it was archived already. Throws `not_found`.
    package func archive(_ name: String, by who: String) async throws -> Bool {
        try await end(name, .archived, by: who)
    }

    /// Removes a set; its history stays for the audit. Throws `not_found`.
    package func remove(_ name: String, by who: String) async throws {
        _ = try await end(name, .removed, by: who)
    }

    private func end(_ name: String, _ kind: PolicyChange.Kind, by who: String) async throws -> Bool {
        try await change { [clock] sets, versions -> (Bool, PolicyWrite?) in
            guard let known = sets.first(where: { $0.name == name }) else { throw PolicyError.none(name) }
            guard kind == .removed || known.status == .active else { return (false, nil) }
            let record = PolicySetRecord(
                name: name, version: try versions(name) + 1, status: .archived, server: known.server, text: known.text, changedAt: clock(),
                changedBy: who)
            return (true, Self.write(record, kind))
        }
    }

    private static func write(_ record: PolicySetRecord, _ kind: PolicyChange.Kind) -> PolicyWrite {
        PolicyWrite(
            name: record.name,
            change: PolicyChange(
                version: record.version, kind: kind, changedAt: record.changedAt, changedBy: record.changedBy, server: record.server,
                bytes: record.text.utf8.count), text: record.text)
    }

    private func change<Value: Sendable>(
        _ body: @escaping @Sendable ([PolicySetRecord], PolicyVersions) throws -> (Value, PolicyWrite?)
    ) async throws -> Value {
        let value = try await store.change(body) { [self] sets in
            let now = current.withLock { $0 }
            let next = try Self.compile(sets, known: now.read, denies: now.denies)
            current.withLock { state in
                // The default may have changed meanwhile.
                state = next.denies == state.denies ? next : next.denying(state.denies)
            }
        }
        // Also when nothing was different: an equal change may be committed and not yet applied everywhere.
        await feed.announce(.policy)
        return value
    }
}
