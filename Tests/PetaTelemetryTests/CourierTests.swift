import PetaTelemetry
import Synchronization
import Testing

@Suite("What is delivered to other systems")
struct CourierTests {
    /// A receiver that answers as it was told, and remembers what it got.
    private final class Receiver: Sendable {
        struct State {
            var answers: [Delivery] = []
            var got: [(items: [Int], dropped: UInt64)] = []
        }
        let state: Mutex<State>
        let arrivals: AsyncStream<Void>
        private let bell: AsyncStream<Void>.Continuation

        init(_ answers: [Delivery] = []) {
            state = Mutex(State(answers: answers))
            (arrivals, bell) = AsyncStream.makeStream()
        }

        func take(_ items: [Int], _ dropped: UInt64) -> Delivery {
            let answer = state.withLock { state in
                state.got.append((items, dropped))
                return state.answers.isEmpty ? .taken() : state.answers.removeFirst()
            }
            bell.yield()
            return answer
        }

        var got: [[Int]] { state.withLock { $0.got.map(\.items) } }
        var dropped: [UInt64] { state.withLock { $0.got.map(\.dropped) } }
        func awaitDeliveries(_ count: Int) async {
            var seen = 0
            for await _ in arrivals {
                seen += 1
                if seen == count { return }
            }
        }
    }

    private final class Notes: Sendable {
        private let notes = Mutex<[String]>([])
        func add(_ text: String) { notes.withLock { $0.append(text) } }
        var all: [String] { notes.withLock { $0 } }
    }

    /// Runs a courier whose pauses take no time until so many deliveries were tried.
    private static func run(
        _ queue: DeliveryQueue<Int>, _ receiver: Receiver, deliveries: Int, batch: Int = 3, _ health: DeliveryHealth = DeliveryHealth(),
        told: Notes = Notes(), slept: Notes = Notes()
    ) async {
        let courier = Courier(
            queue, health, batch: batch, gather: .zero,
            sleep: {
                slept.add("\($0)")
                try Task.checkCancellation()
            }, told: { told.add($0 ?? "well") }, deliver: { receiver.take($0, $1) })
        let task = Task { await courier.run() }
        await receiver.awaitDeliveries(deliveries)
        task.cancel()
        await task.value
        await courier.flush()
    }

    @Test("goes in order and in batches, each item once")
    func order() async {
        let queue = DeliveryQueue<Int>(limit: 100)
        let receiver = Receiver()
        queue.put(0..<8)
        await Self.run(queue, receiver, deliveries: 3)
        #expect(receiver.got == [[0, 1, 2], [3, 4, 5], [6, 7]])
        #expect(queue.count == 0 && queue.dropped == 0)
    }

    @Test("what fails is tried again, ever more slowly, and told once; then that it works again")
    func retries() async {
        let queue = DeliveryQueue<Int>(limit: 100)
        let receiver = Receiver([.failed("down"), .failed("down"), .failed("busy", after: 5), .taken()])
        let (told, slept) = (Notes(), Notes())
        let health = DeliveryHealth()
        queue.put([1, 2])
        await Self.run(queue, receiver, deliveries: 4, health, told: told, slept: slept)
        #expect(receiver.got == [[1, 2], [1, 2], [1, 2], [1, 2]])
        #expect(told.all == ["down", "well"])
        // The first is the wait for company; of the receiver's wish and the own pause the longer one counts.
        #expect(slept.all.prefix(4) == ["\(Duration.zero)", "\(Duration.seconds(1))", "\(Duration.seconds(2))", "\(Duration.seconds(5))"])
        #expect(health.delivered == 2 && health.abandoned == 0 && health.failure == nil)
    }

    @Test("what fails for too long is given up, and the next batch has its turn")
    func abandoned() async {
        let queue = DeliveryQueue<Int>(limit: 100)
        let receiver = Receiver(Array(repeating: .failed("down"), count: 7))
        let health = DeliveryHealth()
        queue.put([1, 2, 3, 4])
        await Self.run(queue, receiver, deliveries: 8, health)
        #expect(receiver.got.count == 8 && receiver.got.last == [4])
        #expect(health.abandoned == 3 && health.delivered == 1)
    }

    @Test("what the receiver does not want is not sent again")
    func refused() async {
        let queue = DeliveryQueue<Int>(limit: 100)
        let receiver = Receiver([.refused("400"), .taken(refused: 1)])
        let health = DeliveryHealth()
        queue.put(0..<6)
        await Self.run(queue, receiver, deliveries: 2, health)
        #expect(receiver.got == [[0, 1, 2], [3, 4, 5]])
        #expect(health.refused == 4 && health.delivered == 2)
    }

    @Test("a full queue drops what comes, never who puts it in, and the next delivery says how much")
    func full() async {
        let queue = DeliveryQueue<Int>(limit: 4, bytes: 1000)
        queue.put(0..<10, size: { _ in 100 })
        #expect(queue.count == 4 && queue.dropped == 6)
        let receiver = Receiver()
        await Self.run(queue, receiver, deliveries: 2)
        #expect(receiver.got == [[0, 1, 2], [3]] && receiver.dropped == [6, 0])
        let heavy = DeliveryQueue<Int>(limit: 100, bytes: 250)
        heavy.put(0..<10, size: { _ in 100 })
        #expect(heavy.count == 2 && heavy.dropped == 8)
    }

    @Test("at the end what is left is tried once more; a receiver that is down does not hold the end up")
    func flush() async {
        let queue = DeliveryQueue<Int>(limit: 100)
        let receiver = Receiver([.taken(), .failed("down")])
        let health = DeliveryHealth()
        let courier = Courier(queue, health, batch: 2, gather: .zero, told: { _ in }, deliver: { receiver.take($0, $1) })
        queue.put(0..<6)
        await courier.flush()
        #expect(receiver.got == [[0, 1], [2, 3]])
        #expect(health.delivered == 2 && health.abandoned == 4)
    }

    @Test(
        "statuses that are worth another try are those of the protocol",
        arguments: [200, 202, 299, 301, 400, 401, 413, 429, 500, 502, 503, 504])
    func statuses(_ status: Int) {
        switch Delivery(status: status, retryAfter: 7) {
        case .taken(let refused): #expect((200..<300).contains(status) && refused == 0)
        case .failed(_, let after): #expect([429, 502, 503, 504].contains(status) && after == 7)
        case .refused: #expect(![429, 502, 503, 504].contains(status) && status >= 300)
        }
    }
}
