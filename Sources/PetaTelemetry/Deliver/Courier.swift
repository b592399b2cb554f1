/// Delivers what a queue holds, in batches and in order, for as long as it runs. A batch that fails is tried again, ever more slowly, and is
/// given up after a minute; meanwhile the queue fills, and drops.
package struct Courier<Item: Sendable>: Sendable {
    private let queue: DeliveryQueue<Item>
    private let health: DeliveryHealth
    private let batch: Int
    private let gather: Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let told: @Sendable (String?) -> Void
    private let deliver: @Sendable (_ items: [Item], _ dropped: UInt64) async -> Delivery

    /// Attempts for one batch: 1, 2, 4, 8, 16 and 30 s lie between them.
    private static var attempts: Int { 7 }
    private static var longest: Int { 30 }

    /// - Parameters:
    ///   - batch: items that go together.
    ///   - gather: how long the first item waits for company.
    ///   - told: called when deliveries begin to fail, with the reason, and with nil when they work again.
    ///   - deliver: one attempt; `dropped` is how many items were lost before these.
    package init(
        _ queue: DeliveryQueue<Item>, _ health: DeliveryHealth, batch: Int, gather: Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        told: @escaping @Sendable (String?) -> Void,
        deliver: @escaping @Sendable (_ items: [Item], _ dropped: UInt64) async -> Delivery
    ) {
        self.queue = queue
        self.health = health
        self.batch = batch
        self.gather = gather
        self.sleep = sleep
        self.told = told
        self.deliver = deliver
    }

    /// Runs until it is cancelled; what is not delivered by then waits in the queue.
    package func run() async {
        while !Task.isCancelled {
            await queue.arrival()
            if queue.count < batch { try? await sleep(gather) }
            while !Task.isCancelled {
                let (items, dropped) = queue.take(batch)
                guard !items.isEmpty else { break }
                await carry(items, dropped)
            }
        }
    }

    /// Tries once what is left, batch by batch, until one fails. For the end.
    package func flush() async {
        while true {
            let (items, dropped) = queue.take(batch)
            guard !items.isEmpty else { return }
            guard settle(await deliver(items, dropped), items.count) else { return health.abandoned(items.count + queue.count) }
        }
    }

    private func carry(_ items: [Item], _ dropped: UInt64) async {
        var pause = 1
        for attempt in 1...Self.attempts {
            let delivery = await deliver(items, dropped)
            // What broke off because of the end is tried once more there.
            if Task.isCancelled, case .failed = delivery { return queue.putBack(items, dropped: dropped) }
            guard !settle(delivery, items.count) else { return }
            guard attempt < Self.attempts else { break }
            var wait = pause
            if case .failed(_, let after?) = delivery { wait = min(max(wait, after), 2 * Self.longest) }
            do { try await sleep(.seconds(wait)) } catch { return queue.putBack(items, dropped: dropped) }
            pause = min(pause * 2, Self.longest)
        }
        health.abandoned(items.count)
    }

    /// False: to be tried again.
    private func settle(_ delivery: Delivery, _ count: Int) -> Bool {
        switch delivery {
        case .taken(let refused):
            health.delivered(count, refused: refused)
            if health.note(nil) { told(nil) }
            return true
        case .refused(let why):
            health.refused(count)
            if health.note(why) { told(why) }
            return true
        case .failed(let why, _):
            if health.note(why) { told(why) }
            return false
        }
    }
}
