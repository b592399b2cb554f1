/// Which `subscriptions/listen` is open on a modern link, as a value: events in, actions out (MCP reference, section 5.6).
///
/// One listen carries everything. What is added while one is being opened goes into the next, all at once; the one that is open stays so
/// until the server has acknowledged its successor. So there is no moment at which nobody listens, unless the server itself ends it.
package struct ListenMachine: Sendable {
    /// How a listen came to its end.
    package enum Ending: Sendable {
        /// The server ended it, or its connection went.
        case over
        /// The server refused what was asked for.
        case refused
        /// The server knows nothing of listens.
        case unknown
    }

    /// What can happen. Listens are named by their numbers.
    package enum Event: Sendable {
        /// These were agreed to on an earlier link, or nothing is watched yet.
        case start(Set<String>)
        /// A resource is to be watched as well.
        case add(String)
        /// A resource is not to be watched any more.
        case drop(String)
        /// The server listens, and honours these resources.
        case acknowledged(Int, Set<String>)
        /// It gave no acknowledgement in the time for it.
        case silent(Int)
        /// It is over. `isStable`: it lived long.
        case ended(Int, Ending, isStable: Bool)
        /// The pause is over.
        case due
        /// The link goes.
        case stop
    }

    /// What to do.
    package enum Action: Equatable, Sendable {
        /// Open a listen for these resources.
        case open(Int, Set<String>)
        /// End it at once.
        case close(Int)
        /// End it when what is under way on it has had time to come: its successor listens.
        case retire(Int)
        /// The server watches this one.
        case agree(String)
        /// It does not, and it is given up.
        case refuse(String, String)
        /// Nobody listened for a while: whatever this listen is for may have changed.
        case missed(Set<String>)
        /// The server does not watch these any more, though it had agreed to.
        case lapsed(Set<String>)
        /// Say `due` after a pause that grows with the failures in a row.
        case pause(failures: Int)
    }

    private struct Listen {
        let number: Int
        var uris: Set<String>
        /// Those of them that are waited for.
        var added: Set<String> = []
        var isAcknowledged = false
    }

    /// True if there is something to listen for besides resources.
    private let hasBase: Bool
    private var known: Set<String> = []
    private var added: [String] = []
    private var current: Listen?
    private var opening: Listen?
    private var number = 0
    private var failures = 0
    private var isPaused = false
    private var isOver = false
    /// One bad URI may spoil a listen for many: then fewer are tried at once.
    private var batch = Int.max

    /// Nothing is open.
    package init(hasBase: Bool) { self.hasBase = hasBase }

    /// Takes in an event.
    package mutating func handle(_ event: Event) -> [Action] {
        guard !isOver else { return refuseLate(event) }
        switch event {
        case .start(let uris):
            known.formUnion(uris.subtracting(added))
            return advance()
        case .add(let uri):
            guard !known.contains(uri) else { return [.agree(uri)] }
            if !added.contains(uri) { added.append(uri) }
            return advance()
        case .drop(let uri):
            known.remove(uri)
            opening?.added.remove(uri)
            return (added.contains(uri) ? refuse([uri], "nobody wants that any more") : []) + advance()
        case .acknowledged(let number, let honoured): return acknowledged(number, honoured)
        case .silent(let number): return silent(number)
        case .ended(let number, let ending, let isStable): return ended(number, ending, isStable)
        case .due:
            isPaused = false
            return advance()
        case .stop: return end("the connection to the server is closed")
        }
    }

    private func refuseLate(_ event: Event) -> [Action] {
        if case .add(let uri) = event { return [.refuse(uri, "the server tells no changes")] }
        return []
    }

    /// Opens what has to be opened, one at a time.
    private mutating func advance() -> [Action] {
        guard opening == nil else { return [] }
        let trial = Set(added.prefix(batch))
        let uris = known.union(trial)
        guard hasBase || !uris.isEmpty else {
            defer { current = nil }
            return current.map { [.close($0.number)] } ?? []
        }
        if trial.isEmpty {
            batch = .max
            if let current, current.uris == uris { return [] }
            if isPaused { return [] }
        }
        number += 1
        opening = Listen(number: number, uris: uris, added: trial)
        return [.open(number, uris)]
    }

    private mutating func acknowledged(_ number: Int, _ honoured: Set<String>) -> [Action] {
        // It came late, but it came: until now nobody was sure that it listens.
        if let late = current, late.number == number, !late.isAcknowledged {
            current?.isAcknowledged = true
            return [.missed(known.intersection(honoured))]
        }
        guard var listen = opening, listen.number == number else { return [] }
        opening = nil
        let before = known.intersection(listen.uris)
        var actions: [Action] = []
        if let current { actions.append(.retire(current.number)) } else { actions.append(.missed(before.intersection(honoured))) }
        let lapsed = before.subtracting(honoured)
        if !lapsed.isEmpty, current == nil { actions.append(.lapsed(lapsed)) }
        added.removeAll { listen.added.contains($0) }
        for uri in listen.added.sorted() {
            if honoured.contains(uri) {
                known.insert(uri)
                actions.append(.agree(uri))
            } else {
                listen.uris.remove(uri)
                actions.append(.refuse(uri, "the server does not watch it"))
            }
        }
        listen.added = []
        listen.isAcknowledged = true
        current = listen
        failures = 0
        return actions + advance()
    }

    private mutating func silent(_ number: Int) -> [Action] {
        guard var listen = opening, listen.number == number else { return [] }
        opening = nil
        let refused = refuse(listen.added, "the server did not say in time that it watches it")
        listen.uris.subtract(listen.added)
        listen.added = []
        // One that is known to work is better than one that may.
        if current != nil { return refused + [.close(number)] + advance() }
        current = listen
        return refused + advance()
    }

    private mutating func ended(_ number: Int, _ ending: Ending, _ isStable: Bool) -> [Action] {
        if current?.number == number {
            current = nil
            if isStable { failures = 0 }
            return opening == nil ? pause() : []
        }
        guard let listen = opening, listen.number == number else { return [] }
        opening = nil
        if case .unknown = ending, current == nil { return end("the server tells no changes") }
        if case .refused = ending, listen.added.count > 1 {
            batch = max(1, listen.added.count / 2)
            return advance()
        }
        let refused = refuse(listen.added, "the server refuses to watch it")
        guard current == nil else { return refused + advance() }
        // Asked for the same, it would say the same.
        if case .refused = ending, listen.added.isEmpty { return refused + end("the server tells no changes") }
        return refused + pause() + advance()
    }

    private mutating func pause() -> [Action] {
        guard !isPaused, hasBase || !known.isEmpty else { return [] }
        isPaused = true
        failures += 1
        return [.pause(failures: failures)]
    }

    private mutating func refuse(_ uris: Set<String>, _ why: String) -> [Action] {
        added.removeAll { uris.contains($0) }
        return uris.sorted().map { .refuse($0, why) }
    }

    private mutating func end(_ why: String) -> [Action] {
        isOver = true
        let open = [current, opening].compactMap { $0 }
        current = nil
        opening = nil
        return refuse(Set(added), why) + open.map { .close($0.number) }
    }
}
