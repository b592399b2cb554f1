internal import NIOCore
internal import PetaWire

/// Keeps a `subscriptions/listen` open on a modern link, for what the server offers and somebody wants: carries out what `ListenMachine`
/// decides. It ends with the link, by `stop`.
actor Listener {
    private let link: any Link
    private let requests: OwnRequests
    private let capabilities: JSON
    private weak let owner: ServerOwner?
    private var machine: ListenMachine
    private var open: [Int: ListenExchange] = [:]
    /// Lists of whose changes the server tells, by listen.
    private var lists: [Int: Set<String>] = [:]
    private var waiting: [String: [CheckedContinuation<Void, any Error>]] = [:]
    private let events: AsyncStream<Heard>
    private let feed: AsyncStream<Heard>.Continuation
    private var hearing: Task<Void, Never>?
    private var isStopped = false

    /// A server acknowledges within this time.
    private static let patience = TimeAmount.seconds(10)
    /// A listen that lived this long has recovered from its failures.
    private static let stable = Duration.seconds(10)
    /// The longest pause, in milliseconds.
    private static let longestPause: Int64 = 60_000
    /// On connections of their own, what the server said on the old listen may come behind what it says on the new one.
    private static let overlap = TimeAmount.milliseconds(250)

    init(link: any Link, requests: OwnRequests, capabilities: JSON, owner: ServerOwner) {
        self.link = link
        self.requests = requests
        self.capabilities = capabilities
        self.owner = owner
        machine = ListenMachine(hasBase: Self.filter(capabilities, watching: []) != nil)
        (events, feed) = AsyncStream.makeStream(of: Heard.self)
    }

    /// Begins to listen. `watched` (the server's own URIs) are those that were agreed to on an earlier link.
    func start(watching watched: Set<String>) {
        guard hearing == nil, !isStopped else { return }
        hearing = Task { [events, weak self] in
            for await heard in events { await self?.take(heard) }
        }
        take(.start(watched))
    }

    /// Listens for updates of this resource as well; returns when the server has agreed, or throws why it has not.
    func add(_ uri: String) async throws {
        guard !isStopped else { throw DownstreamFailure.notSent("the server is not running") }
        try await withCheckedThrowingContinuation { continuation in
            waiting[uri, default: []].append(continuation)
            take(.add(uri))
        }
    }

    /// Listens no more for this one.
    func drop(_ uri: String) { take(.drop(uri)) }

    /// Ends it for good.
    func stop() async {
        guard !isStopped else { return }
        isStopped = true
        take(.stop)
        for exchange in open.values { abandon(exchange) }
        open = [:]
        // Whoever still waits would wait for ever.
        let left = waiting.values.flatMap { $0 }
        waiting = [:]
        for continuation in left { continuation.resume(throwing: DownstreamFailure.notSent("the server is not running")) }
        feed.finish()
        await hearing?.value
    }

    /// What is asked for; nil where there is nothing.
    static func filter(_ capabilities: JSON, watching: Set<String>) -> JSON? {
        var filter: JSON = [:]
        for kind in ["tools", "prompts", "resources"] where capabilities[kind]?["listChanged"]?.bool == true {
            filter.set(key: "\(kind)ListChanged", value: true)
        }
        if !watching.isEmpty, capabilities["resources"]?["subscribe"]?.bool == true {
            filter.set(key: "resourceSubscriptions", value: .array(watching.sorted().map { .string($0) }))
        }
        return filter.object?.isEmpty == false ? filter : nil
    }

    /// What comes from outside the actor.
    private enum Heard: Sendable {
        case event(ListenMachine.Event)
        case acknowledged(Int, ListenExchange.Honoured)
    }

    private func take(_ heard: Heard) {
        switch heard {
        case .event(let event): take(event)
        case .acknowledged(let number, let honoured):
            if open[number] != nil { note(honoured.lists, of: number) }
            take(.acknowledged(number, honoured.uris))
        }
    }

    private func note(_ told: Set<String>?, of number: Int) {
        let before = Set(lists.values.joined())
        lists[number] = told
        let now = Set(lists.values.joined())
        if now != before { owner?.tells(of: now) }
    }

    private func take(_ event: ListenMachine.Event) {
        if case .ended(let number, _, _) = event { forget(number) }
        for action in machine.handle(event) { carryOut(action) }
    }

    private func carryOut(_ action: ListenMachine.Action) {
        switch action {
        case .open(let number, let uris): send(number, uris)
        case .close(let number):
            open[number].map(abandon)
            forget(number)
        case .retire(let number):
            guard link is HTTPLink, let exchange = open[number] else { return carryOut(.close(number)) }
            // It stays known until it has ended, so that `stop` ends it as well.
            exchange.loop.scheduleTask(in: Self.overlap) { exchange.abandon(.cancelled) }
        case .agree(let uri): settle(uri, nil)
        case .refuse(let uri, let why): settle(uri, .badAnswer(why))
        case .missed(let uris):
            // Nothing is replayed: what changed before it listened is found by reading.
            owner?.stale()
            for uri in uris {
                let params: JSON = ["uri": .string(uri)]
                owner?.linkNotified("notifications/resources/updated", params.bytes)
            }
        case .lapsed(let uris): owner?.linkLogged("\(uris.count) resources are not watched by it any more", .gateway)
        case .pause(let failures):
            let wait = min(Self.longestPause, 500 << Int64(min(failures - 1, 10)))
            requests.context.loops[requests.home].scheduleTask(in: .milliseconds(wait)) { [feed] in feed.yield(.event(.due)) }
        }
    }

    private func settle(_ uri: String, _ failure: DownstreamFailure?) {
        for continuation in waiting.removeValue(forKey: uri) ?? [] {
            if let failure { continuation.resume(throwing: failure) } else { continuation.resume() }
        }
    }

    private func send(_ number: Int, _ uris: Set<String>) {
        guard let filter = Self.filter(capabilities, watching: uris), !link.isDead else {
            feed.yield(.event(.ended(number, .over, isStable: false)))
            return
        }
        let method = "subscriptions/listen"
        let id = requests.context.ids.one()
        let begun = ContinuousClock.now
        let exchange = ListenExchange(
            loop: requests.context.loops[requests.home], loopIndex: requests.home, id: id,
            payload: requests.message(method, ["notifications": filter], id: id, era: link.era)
        ) { [feed, weak owner] event in
            switch event {
            case .acknowledged(let honoured): feed.yield(.acknowledged(number, honoured))
            case .told(let method, let params): owner?.linkNotified(method, params)
            case .ended(let ending):
                feed.yield(.event(.ended(number, ending, isStable: ContinuousClock.now - begun >= Self.stable)))
            }
        }
        exchange.fields = OwnRequests.fields(method)
        open[number] = exchange
        exchange.loop.execute { [link, feed] in
            link.send(exchange)
            exchange.loop.scheduleTask(in: Self.patience) { feed.yield(.event(.silent(number))) }
        }
    }

    private func forget(_ number: Int) {
        open[number] = nil
        note(nil, of: number)
    }

    private func abandon(_ exchange: ListenExchange) {
        exchange.loop.execute { exchange.abandon(.cancelled) }
    }
}
