internal import Foundation
internal import PetaCrypto
internal import PetaWire
internal import Synchronization

/// What was accepted of each server's tools, and what is made of a list that differs. Comparing happens where a list is read.
package final class Pins: Sendable {
    private struct Book {
        var pins = StoredPins()
        var budget = NoticeBudget()
    }

    /// What holds for servers that say nothing else.
    package let mode: PinMode
    private let store: any PinStore
    private let books = Mutex<[String: Book]>([:])
    /// How often a server of this id was forgotten: what was under way for one before it does not hold for the next.
    private let ends = Mutex<[String: Int]>([:])
    private let clock: @Sendable () -> Double

    /// Empty; `load` reads the store.
    ///
    /// - Parameter clock: seconds since 1970.
    package init(store: any PinStore, mode: PinMode, clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }) {
        self.store = store
        self.mode = mode
        self.clock = clock
    }

    /// Reads what was accepted. A store that cannot be read is an error: without it everything would count as new.
    func load() async throws {
        let all = try await store.all()
        books.withLock { books in books = all.mapValues { Book(pins: $0) } }
    }

    /// The mode of a server.
    func mode(of definition: ServerDefinition) -> PinMode { definition.pin ?? mode }

    /// True once something, perhaps no tool at all, was accepted of it.
    func isPinned(_ server: String) -> Bool { books.withLock { $0[server] != nil } }

    /// The first list of a server is accepted as it is: the administrator who added it wanted it. Afterwards this does nothing.
    func begin(_ server: String, _ tools: [JSON]) async throws {
        guard !isPinned(server) else { return }
        try await keep(server, accepted(tools) { _ in true }, gone: [])
    }

    /// Nothing of a server that was removed or is added anew is known any more. In the store it went with the server.
    func forget(_ server: String) {
        ends.withLock { $0[server, default: 0] += 1 }
        books.withLock { $0[server] = nil }
    }

    /// Holds a list against what was accepted.
    func offer(_ capabilities: Capabilities, of server: String, mode: PinMode, before: PinnedOffer?) -> PinnedOffer {
        PinnedOffer(capabilities, accepted: books.withLock { $0[server]?.pins.accepted }, mode: mode, before: before)
    }

    /// Accepts what these items are. Whatever cannot be stored is not accepted.
    func accept(_ server: String, _ items: [PinStanding.Item], of tools: [JSON]) async throws {
        let wanted = Dictionary(items.compactMap(\.new).map { ($0.name, $0) }) { first, _ in first }
        let pins = accepted(tools) { wanted[$0.name]?.digest == $0.digest }
        // Also under the spelling that was accepted: Unicode may write one name in two ways.
        try await keep(server, pins, gone: items.compactMap(\.old?.name))
    }

    private func accepted(_ tools: [JSON], _ isWanted: (ToolPin) -> Bool) -> [AcceptedTool] {
        var seen: Set<String> = []
        return tools.compactMap { tool in
            guard let pin = ToolPin(tool), seen.insert(pin.name).inserted, isWanted(pin) else { return nil }
            return AcceptedTool(pin: pin, definition: tool)
        }
    }

    private func keep(_ server: String, _ pins: [AcceptedTool], gone: [String]) async throws {
        let end = ends.withLock { $0[server] }
        try await store.accept(server, pins, gone: gone, at: Int64(clock() * 1000))
        guard ends.withLock({ $0[server] }) == end else { return }
        books.withLock { books in
            var book = books[server] ?? Book()
            for name in gone + pins.map(\.pin.name) {
                book.pins.accepted[name] = nil
                book.pins.told[name] = nil
            }
            for accepted in pins { book.pins.accepted[accepted.pin.name] = accepted.pin }
            books[server] = book
        }
    }

    /// The accepted definitions of these tools, as they are compared; one that was too large to keep is left out.
    func definitions(_ server: String, _ names: [String]) async throws -> [String: JSON] {
        try await store.definitions(server, names).compactMapValues { try? JSON.parse($0) }
    }

    // MARK: telling

    /// What is to be told of a list: each change once, over restarts too, and in bounds.
    func notices(_ server: String, _ offer: PinnedOffer, mode: PinMode) -> (notices: [PinNotice], told: [String: String]) {
        books.withLock { books in
            guard var book = books[server] else { return ([], [:]) }
            let due = offer.standing.items.filter { book.pins.told[$0.name] != Self.mark($0) }
            guard !due.isEmpty else { return ([], [:]) }
            let single = due.count <= NoticeBudget.each ? due.count : NoticeBudget.each - 1
            let given = book.budget.take(single < due.count ? single + 1 : single, now: clock())
            var notices: [PinNotice] = []
            var covered = Array(due.prefix(min(given, single)))
            for item in covered {
                let found = offer.findings.filter { $0.tool == item.name }
                notices.append(
                    PinNotice(
                        event: .changed, server: server, tool: item.name, text: Self.words(item, found),
                        isWithheld: mode == .strict && item.state != .gone))
            }
            if given > single {
                notices.append(
                    PinNotice(
                        event: .changed, server: server, tool: nil, text: "\(due.count - single) more of its tools have changed",
                        isWithheld: mode == .strict
                    ))
                covered = due
            }
            let told = Dictionary(covered.map { ($0.name, Self.mark($0)) }) { first, _ in first }
            book.pins.told.merge(told) { $1 }
            books[server] = book
            return (notices, told)
        }
    }

    /// Keeps what was told, so that it is not told again after a restart.
    func keepTold(_ server: String, _ told: [String: String]) async throws { try await store.told(server, told) }

    private static func mark(_ item: PinStanding.Item) -> String { "\(item.state.rawValue) \(item.digest?.hex ?? "")" }

    static func words(_ item: PinStanding.Item, _ findings: [ToolFinding]) -> String {
        var text =
            switch item.state {
            case .gone: "gone, was sha256:\(item.old?.digest.hex ?? "")"
            case .new: "new, sha256:\(item.new?.digest.hex ?? "")"
            case .changed, .accepted: "changed, sha256:\(item.old?.digest.hex ?? "") -> sha256:\(item.new?.digest.hex ?? "")"
            }
        if let kinship = item.kinship { text += ", " + kinship.words }
        let kinds = Set(findings.map(\.kind.rawValue)).sorted()
        if !kinds.isEmpty { text += ", suspicious: " + kinds.joined(separator: " ") }
        return text
    }
}

extension PinStanding.Kinship {
    /// In plain words, with the name made visible.
    package var words: String {
        switch self {
        case .renamed(from: let from): "looks like \(VisibleText.line(from)) renamed"
        case .became(let name): "looks as if renamed to \(VisibleText.line(name))"
        case .swapped(let other): "looks like swapped with \(VisibleText.line(other))"
        case .copied(let other): "has the definition that was accepted for \(VisibleText.line(other))"
        }
    }
}
