internal import NIOCore
internal import PetaWire

/// Keeps one `subscriptions/listen` open on a modern link, for what the server offers and somebody wants; opens it again, after a pause,
/// when the server ends it.
actor Listener {
    private let link: any Link
    private let requests: OwnRequests
    private let capabilities: JSON
    private weak let owner: ServerOwner?
    private var watched: Set<String> = []
    private var current: ListenExchange?
    private var generation = 0
    private var failures = 0
    private var openedAt = ContinuousClock.now
    private var pause: Task<Void, Never>?
    private var stopped = false

    /// A listen that lived this long has recovered from its failures.
    private static let stable = Duration.seconds(10)
    /// The longest pause.
    private static let longestPause = Duration.seconds(60)

    init(link: any Link, requests: OwnRequests, capabilities: JSON, owner: ServerOwner) {
        self.link = link
        self.requests = requests
        self.capabilities = capabilities
        self.owner = owner
    }

    /// Listens, also for updates of these resources (the server's own URIs). An open listen ends when the new one has been sent.
    func listen(watching: Set<String>) {
        guard !stopped else { return }
        watched = watching
        failures = 0
        pause?.cancel()
        open()
    }

    /// Ends it for good.
    func stop() {
        stopped = true
        pause?.cancel()
        generation += 1
        abandon(current)
        current = nil
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

    private func open() {
        let old = current
        current = nil
        generation += 1
        if let filter = Self.filter(capabilities, watching: watched) {
            let method = "subscriptions/listen"
            let id = requests.context.ids.one()
            let mine = generation
            let exchange = ListenExchange(
                loop: requests.context.loops[requests.home], loopIndex: requests.home, id: id,
                payload: requests.message(method, ["notifications": filter], id: id, era: link.era)
            ) { [weak self, weak owner] event in
                switch event {
                // Nothing is replayed: what changed before it listened is found by reading.
                case .acknowledged: owner?.stale()
                case .told(let method, let params): owner?.linkNotified(method, params)
                case .ended(let forGood): Task { await self?.ended(mine, forGood) }
                }
            }
            exchange.fields = OwnRequests.fields(method)
            current = exchange
            openedAt = .now
            exchange.loop.execute { [link] in link.send(exchange) }
        }
        abandon(old)
    }

    private func abandon(_ exchange: ListenExchange?) {
        guard let exchange else { return }
        exchange.loop.execute { exchange.abandon(.cancelled) }
    }

    private func ended(_ mine: Int, _ forGood: Bool) {
        guard mine == generation, !stopped else { return }
        current = nil
        guard !forGood, !link.isDead else { return }
        if ContinuousClock.now - openedAt >= Self.stable { failures = 0 }
        let wait = min(Self.longestPause, .milliseconds(500 << min(failures, 10)))
        failures += 1
        pause = Task {
            try? await Task.sleep(for: wait)
            if !Task.isCancelled { self.reopen(mine) }
        }
    }

    private func reopen(_ mine: Int) {
        if mine == generation, !stopped, !link.isDead { open() }
    }
}
