internal import Logging
internal import PetaOutbound
internal import PetaTelemetry
internal import ServiceLifecycle

/// Delivers what waits in a queue until the gateway stops, and tries what is left once more then, for a moment.
struct Shipping<Item: Sendable>: Service {
    let courier: Courier<Item>

    func run() async throws {
        await cancelWhenGracefulShutdown { await courier.run() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await courier.flush() }
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
    }
}

extension Shipping<Span> {
    /// Spans to a collector.
    init(
        _ queue: DeliveryQueue<Span>, _ health: DeliveryHealth, to place: OutboundPlace, _ client: OutboundClient, document: SpanDocument,
        logger: Logger
    ) {
        courier = Courier(queue, health, batch: 512, gather: .seconds(1)) { problem in
            Self.tell(problem, "spans", place, logger)
        } deliver: { spans, _ in
            let (delivery, answer) = await place.post(document.bytes(spans), client)
            guard case .taken = delivery, let (count, why) = SpanDocument.rejected(answer) else { return delivery }
            logger.debug("the receiver did not take all spans", metadata: ["refused": "\(count)", "reason": "\(why)"])
            return .taken(refused: count)
        }
    }
}

extension Shipping<[UInt8]> {
    /// Lines of the log to a webhook.
    init(_ feed: LogFeed, to place: OutboundPlace, _ client: OutboundClient, version: String, instance: String, logger: Logger) {
        courier = Courier(feed.queue, feed.health, batch: LogShipment.batch, gather: .seconds(1)) { problem in
            Self.tell(problem, "lines of the log", place, logger)
        } deliver: { lines, dropped in
            await place.post(LogShipment.bytes(lines, dropped: dropped, version: version, instance: instance), client).0
        }
    }
}

extension Shipping {
    /// Said once when it begins to fail and once when it works again.
    fileprivate static func tell(_ problem: String?, _ what: String, _ place: OutboundPlace, _ logger: Logger) {
        if let problem {
            logger.warning(
                "\(what) cannot be delivered; they wait, and are dropped when too many do",
                metadata: [
                    "to": "\(place.url)", "reason": "\(problem)",
                ])
        } else {
            logger.notice("\(what) are delivered again", metadata: ["to": "\(place.url)"])
        }
    }
}
