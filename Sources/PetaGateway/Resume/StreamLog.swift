/// What the streams of one session carried, as far as it is still held: the general stream, and one for each call that
/// became an event stream. A value without clock and connections.
///
/// Guarantee: `resume` gives exactly what came behind an event on its stream, in order, or nothing at all: where an event in
/// between is gone, the place cannot be resumed from.
package struct StreamLog: Sendable, Equatable {
    /// One stream.
    package struct Stream: Sendable, Equatable {
        /// 0 is the general one.
        package let number: UInt32
        /// The place of the newest event.
        package var last: UInt64 = 0
        /// Up to this place events are gone. From here on it can be resumed.
        package var floor: UInt64 = 0
        /// The id of the request that it answers, as the client spelled it; empty for the general one.
        package let request: [UInt8]
        /// False once its answer is in it.
        package var isOpen = true
        /// Events of it that are held.
        fileprivate(set) var held = 0

        package init(number: UInt32, request: [UInt8] = []) {
            self.number = number
            self.request = request
        }
    }

    /// One message that was sent, or waits to be.
    package struct Event: Sendable, Equatable {
        package let id: EventID
        /// When, in seconds since 1970.
        package let at: Int64
        /// On one line.
        package fileprivate(set) var message: [UInt8]
    }

    /// What one event costs besides its bytes.
    package static let overhead = 96

    package private(set) var general = Stream(number: 0)
    package private(set) var calls: [Stream] = []
    /// Up to this place a connection got the events of the general stream; those behind it wait for one.
    package private(set) var sent: UInt64 = 0
    package private(set) var nextNumber: UInt32 = 1
    /// Bytes held.
    package private(set) var bytes = 0
    private var store: [Event] = []
    private var head = 0

    package init() {}

    /// Events held, in the order in which they came.
    package var events: ArraySlice<Event> { store[head...] }

    package static func == (a: StreamLog, b: StreamLog) -> Bool {
        a.general == b.general && a.calls == b.calls && a.sent == b.sent && a.nextNumber == b.nextNumber && a.events == b.events
    }

    // MARK: what happens

    /// Begins the stream of a call, and gives its number.
    package mutating func open(request: [UInt8]) -> UInt32 {
        let number = nextNumber
        nextNumber += 1
        calls.append(Stream(number: number, request: request))
        return number
    }

    /// Puts a message behind the others of its stream. `isHeld` is false where it alone is larger than the bounds: it
    /// can be sent, and resumed from, not replayed. Nil: there is no such stream.
    package mutating func append(_ message: [UInt8], to number: UInt32, at now: Int64, _ limits: StreamLimits) -> (
        id: EventID, isHeld: Bool
    )? {
        guard let place = place(number) else { return nil }
        self[place].last += 1
        let id = EventID(stream: number, position: self[place].last)
        return (id, hold(id, message, at: now, place, limits))
    }

    /// The call's answer is in its stream.
    package mutating func close(_ number: UInt32) {
        guard let index = calls.lastIndex(where: { $0.number == number }) else { return }
        calls[index].isOpen = false
        if calls[index].held == 0 { calls.remove(at: index) }
    }

    /// All events of the general stream are with a connection now.
    package mutating func markSent() { sent = general.last }

    /// Drops what is too old or too much; what waits for the general stream's next connection does not age.
    package mutating func trim(at now: Int64, _ limits: StreamLimits) {
        while bytes > limits.bytes || store.count - head > limits.events { dropOldest() }
        let oldest = now - limits.seconds
        guard events.contains(where: { $0.at < oldest }) else { return }
        let all = store[head...]
        store = []
        head = 0
        for event in all {
            if event.at < oldest, event.id.stream != 0 || event.id.position <= sent { release(event) } else { store.append(event) }
        }
    }

    // MARK: what is asked

    /// What came behind `id` on its stream, and whether more will. Nil: the id was not given out, or something behind it is gone.
    package func resume(after id: EventID) -> (events: [Event], isOpen: Bool)? {
        guard let place = place(id.stream) else { return nil }
        let stream = self[place]
        guard id.position == stream.floor || id.position == stream.last || events.contains(where: { $0.id == id }) else { return nil }
        return (events.filter { $0.id.stream == id.stream && $0.id.position > id.position }, self[place].isOpen)
    }

    /// What the general stream's next connection is owed.
    package var waiting: [Event] {
        general.last == sent ? [] : events.filter { $0.id.stream == 0 && $0.id.position > sent }
    }

    /// True if the same message waits already.
    package func isWaiting(_ message: [UInt8]) -> Bool {
        general.last != sent && events.contains { $0.id.stream == 0 && $0.id.position > sent && $0.message == message }
    }

    // MARK: bringing back

    /// Takes in the state of a stream as it was written down. A number that was taken before is replaced.
    package mutating func restore(_ stream: Stream) {
        var stream = stream
        stream.held = 0
        if stream.number == 0 {
            general = stream
        } else {
            calls.removeAll { $0.number == stream.number }
            calls.append(stream)
            nextNumber = max(nextNumber, stream.number &+ 1)
        }
    }

    package mutating func restore(sent: UInt64, nextNumber: UInt32) {
        self.sent = min(sent, general.last)
        self.nextNumber = max(self.nextNumber, nextNumber)
    }

    /// Takes in an event as it was written down; `message` is nil for one that was not held. One that does not follow on
    /// the last shows that others were lost: what came before it cannot be resumed from any more.
    package mutating func restore(_ id: EventID, _ message: [UInt8]?, at time: Int64, isSent: Bool, _ limits: StreamLimits) {
        guard let place = place(id.stream), id.position > self[place].last else { return }
        if id.position != self[place].last + 1 {
            self[place].last = id.position - 1
            skip(place, to: id.position - 1)
        }
        if let message {
            _ = append(message, to: id.stream, at: time, limits)
        } else {
            self[place].last = id.position
            skip(place, to: id.position)
        }
        if isSent, id.stream == 0 { sent = general.last }
    }

    /// Takes in one of the events that a stream, restored as it stands, holds.
    package mutating func restore(held id: EventID, _ message: [UInt8], at time: Int64, _ limits: StreamLimits) {
        guard let place = place(id.stream), id.position > self[place].floor, id.position <= self[place].last else { return }
        _ = hold(id, message, at: time, place, limits)
    }

    /// Everything was taken in. Moves on to ids that cannot have been given out before, though not all that were are known.
    package mutating func finishRestoring(skipping count: UInt32 = 1024) {
        calls.removeAll { !$0.isOpen && $0.held == 0 }
        if sent == general.last { sent += UInt64(count) }
        general.last += UInt64(count)
        for index in calls.indices where calls[index].isOpen { calls[index].last += UInt64(count) }
        nextNumber += count
    }

    // MARK: inside

    private enum Place {
        case general
        case call(Int)
    }

    private func place(_ number: UInt32) -> Place? {
        number == 0 ? .general : calls.lastIndex { $0.number == number }.map(Place.call)
    }

    private subscript(place: Place) -> Stream {
        get {
            switch place {
            case .general: general
            case .call(let index): calls[index]
            }
        }
        set {
            switch place {
            case .general: general = newValue
            case .call(let index): calls[index] = newValue
            }
        }
    }

    private mutating func hold(_ id: EventID, _ message: [UInt8], at time: Int64, _ place: Place, _ limits: StreamLimits) -> Bool {
        guard message.count + Self.overhead <= limits.bytes, limits.events > 0 else {
            skip(place, to: id.position)
            return false
        }
        self[place].held += 1
        store.append(Event(id: id, at: time, message: message))
        bytes += message.count + Self.overhead
        while bytes > limits.bytes || store.count - head > limits.events { dropOldest() }
        return true
    }

    /// Nothing of the stream up to this place is held any more.
    private mutating func skip(_ place: Place, to position: UInt64) {
        let number = self[place].number
        self[place].floor = position
        guard self[place].held > 0 else { return }
        self[place].held = 0
        let all = store[head...]
        store = []
        head = 0
        for event in all {
            if event.id.stream == number { bytes -= event.message.count + Self.overhead } else { store.append(event) }
        }
    }

    private mutating func dropOldest() {
        guard head < store.count else { return }
        let event = store[head]
        store[head].message = []
        head += 1
        if head > 32, head > store.count / 2 {
            store.removeFirst(head)
            head = 0
        }
        release(event)
    }

    /// Accounts for an event that is gone; an ended stream of which nothing is left is gone too.
    private mutating func release(_ event: Event) {
        bytes -= event.message.count + Self.overhead
        guard let place = place(event.id.stream) else { return }
        self[place].floor = event.id.position
        self[place].held -= 1
        if case .call(let index) = place, !calls[index].isOpen, calls[index].held == 0 { calls.remove(at: index) }
    }
}
