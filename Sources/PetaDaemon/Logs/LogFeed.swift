internal import Logging
internal import PetaTelemetry

/// Lines on their way to the webhook. Putting one in never waits.
final class LogFeed: Sendable {
    let level: Logger.Level
    let queue = DeliveryQueue<[UInt8]>(limit: LogShipment.limit, bytes: LogShipment.byteLimit)
    let health = DeliveryHealth()

    init(level: Logger.Level) { self.level = level }

    func put(_ line: [UInt8]) { queue.put(CollectionOfOne(line), size: \.count) }
}
