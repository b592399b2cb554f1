internal import NIOCore
internal import Synchronization

/// The streams of one session: what they carry, who listens to each, and what of it is written down. From any thread.
///
/// Everything is written down before a connection gets it, and each message goes to one connection.
final class SessionStreams: Sendable {
    private struct State {
        var log: StreamLog
        var kept: SessionImage.Kept
        var general: (any EventSink)?
        var calls: [(number: UInt32, sink: any EventSink)] = []
        /// A client listened to the general stream once, so that it will resume it.
        var wasOpened = false
        var ended = false
    }

    private let state: Mutex<State>
    private let store: StreamStore
    private let number: UInt64
    /// 2025-11-25 and later; older clients may take an event without data for a message.
    private let primes: Bool

    init(_ store: StreamStore, primes: Bool, log: StreamLog = StreamLog(), kept: SessionImage.Kept = .init()) {
        self.store = store
        self.primes = primes
        number = store.nextNumber()
        state = Mutex(State(log: log, kept: kept, wasOpened: log.sent > 0))
        store.account(from: 0, to: log.bytes)
    }

    deinit { state.withLock { store.account(from: $0.log.bytes, to: 0) } }

    /// Seconds since 1970.
    var clock: @Sendable () -> Int64 { store.clock }

    /// What is open now: the general stream, and how many of calls.
    var open: (general: Bool, calls: Int) { state.withLock { ($0.general != nil, $0.calls.count) } }

    // MARK: the general stream

    /// Makes `sink` the one of the general stream and gives it what waited. False: it has one, or the session has ended.
    func attach(_ sink: any EventSink) -> Bool {
        state.withLock { state in
            guard !state.ended, state.general == nil else { return false }
            state.general = sink
            state.wasOpened = true
            let waiting = state.log.waiting
            let start = EventID(stream: 0, position: state.log.sent)
            if !waiting.isEmpty {
                state.log.markSent()
                store.journal?.write(.progress(number, sent: state.log.sent, nextNumber: state.log.nextNumber))
            }
            deliver(start, waiting, to: sink)
            return true
        }
    }

    /// Sends a message that belongs to no call, or keeps it for the next connection. One that is not `kept` is dropped where no
    /// client ever listened, and of equal ones that are one waits.
    func notify(_ message: [UInt8], kept: Bool) {
        state.withLock { state in
            guard !state.ended else { return }
            if state.general == nil {
                guard kept ? !state.log.isWaiting(message) : state.wasOpened else { return }
            }
            guard let id = append(message, to: 0, &state, isSent: state.general != nil), let sink = state.general else { return }
            var out = ByteBuffer()
            EventFrame.append(id, message, to: &out)
            sink.send(out)
        }
    }

    // MARK: streams of calls

    /// Begins the stream of a call that `sink` carries for now, and gives what stands at its beginning.
    func open(request: [UInt8], _ sink: any EventSink) -> (number: UInt32, beginning: ByteBuffer) {
        state.withLock { state in
            let stream = state.log.open(request: request)
            state.calls.append((stream, sink))
            if !state.ended, let begun = state.log.calls.last { store.journal?.write(.stream(number, begun)) }
            var out = ByteBuffer()
            if primes { EventFrame.appendPriming(EventID(stream: stream, position: 0), to: &out) }
            return (stream, out)
        }
    }

    /// Puts a message on a call's stream and hands it to whoever carries that. Where `own` does it comes back instead.
    func append(_ message: [UInt8], to stream: UInt32, own: any EventSink) -> ByteBuffer? {
        state.withLock { state in
            guard let id = append(message, to: stream, &state, isSent: true),
                let sink = state.calls.first(where: { $0.number == stream })?.sink
            else { return nil }
            var out = ByteBuffer()
            EventFrame.append(id, message, to: &out)
            if sink === own { return out }
            sink.send(out)
            return nil
        }
    }

    /// The call's answer is on its stream. True if `own` carries that, and has to end it; another connection is ended here.
    func close(_ stream: UInt32, own: any EventSink) -> Bool {
        state.withLock { state in
            changing(&state) { $0.close(stream) }
            if !state.ended { store.journal?.write(.closed(number, stream)) }
            guard let index = state.calls.firstIndex(where: { $0.number == stream }) else { return false }
            let sink = state.calls.remove(at: index).sink
            if sink === own { return true }
            sink.finish()
            return false
        }
    }

    // MARK: resuming

    /// Gives `sink` what came behind `id` on its stream, and the rest as it comes; a connection that still has the stream loses it. False:
    /// it cannot be resumed from there.
    func resume(after id: EventID, _ sink: any EventSink) -> Bool {
        state.withLock { state in
            guard !state.ended, let (events, isOpen) = state.log.resume(after: id) else { return false }
            if id.stream == 0 {
                state.general?.replace()
                state.general = sink
                state.wasOpened = true
                if state.log.sent != state.log.general.last {
                    state.log.markSent()
                    store.journal?.write(.progress(number, sent: state.log.sent, nextNumber: state.log.nextNumber))
                }
            } else if isOpen {
                if let index = state.calls.firstIndex(where: { $0.number == id.stream }) {
                    state.calls[index].sink.replace()
                    state.calls[index].sink = sink
                } else {
                    state.calls.append((id.stream, sink))
                }
            }
            deliver(id, events, to: sink)
            if !isOpen { sink.finish() }
            return true
        }
    }

    /// A connection has gone. Its streams go on without it.
    func detach(_ sink: any EventSink) {
        state.withLock { state in
            if state.general === sink { state.general = nil }
            state.calls.removeAll { $0.sink === sink }
        }
    }

    private func deliver(_ start: EventID, _ events: [StreamLog.Event], to sink: any EventSink) {
        var out = ByteBuffer()
        if primes { EventFrame.appendPriming(start, to: &out) }
        for event in events { EventFrame.append(event.id, event.message, to: &out) }
        if out.readableBytes > 0 { sink.send(out) }
    }

    private func append(_ message: [UInt8], to stream: UInt32, _ state: inout State, isSent: Bool) -> EventID? {
        let now = store.clock()
        let limits = store.limits
        guard let (id, isHeld) = changing(&state, { $0.append(message, to: stream, at: now, limits) }) else { return nil }
        if isSent, stream == 0 { state.log.markSent() }
        if !state.ended { store.journal?.write(.event(number, id, message: isHeld ? message : nil, at: now, isSent: isSent)) }
        return id
    }

    @discardableResult
    private func changing<R>(_ state: inout State, _ change: (inout StreamLog) -> R) -> R {
        let before = state.log.bytes
        defer { store.account(from: before, to: state.log.bytes) }
        return change(&state.log)
    }

    // MARK: life

    /// The session has come into being.
    func begin(_ image: SessionImage) {
        guard let journal = store.journal else { return }
        state.withLock { state in
            state.kept.used = store.clock()
            var image = image
            image.kept = state.kept
            if !state.ended { journal.write(.session(number, image)) }
        }
    }

    /// True if a client listens.
    var isHeard: Bool { state.withLock { $0.general != nil || !$0.calls.isEmpty } }

    var isEnded: Bool { state.withLock { $0.ended } }

    /// What changes while the session lives.
    var kept: SessionImage.Kept { state.withLock { $0.kept } }

    /// Changes that, and writes it down. Nil: the session has ended.
    func keep<R>(_ change: (inout SessionImage.Kept) -> R) -> R? {
        state.withLock { state in
            guard !state.ended else { return nil }
            let before = state.kept
            let result = change(&state.kept)
            if state.kept != before { store.journal?.write(.kept(number, state.kept)) }
            return result
        }
    }

    /// Ends the general stream and all resuming. Calls under way still answer to whoever carries their streams.
    func end() {
        state.withLock { state in
            guard !state.ended else { return }
            state.ended = true
            store.journal?.write(.ended(number))
            state.general?.finish()
            state.general = nil
        }
    }

    /// Drops what is too old, and writes down when the session was used last, if that moved by `step` seconds or more.
    func keepUp(used: Int64, step: Int64) {
        let now = store.clock()
        let limits = store.limits
        state.withLock { state in
            guard !state.ended else { return }
            changing(&state) { $0.trim(at: now, limits) }
            guard used - state.kept.used >= step else { return }
            state.kept.used = used
            store.journal?.write(.kept(number, state.kept))
        }
    }

    /// Writes all of it down once more, while nothing else can be.
    func write(_ image: SessionImage, _ out: (SessionEntry) throws -> Void) rethrows {
        try state.withLock { state in
            guard !state.ended else { return }
            var image = image
            image.kept = state.kept
            try out(.session(number, image))
            if state.log != StreamLog() {
                try out(.stream(number, state.log.general))
                for stream in state.log.calls { try out(.stream(number, stream)) }
                try out(.progress(number, sent: state.log.sent, nextNumber: state.log.nextNumber))
                for event in state.log.events { try out(.held(number, event.id, message: event.message, at: event.at)) }
            }
        }
    }
}

/// A connection that carries a stream of a session. From any thread; what it is given is sent in that order.
protocol EventSink: AnyObject, Sendable {
    /// Sends events that are written out already.
    func send(_ events: ByteBuffer)
    /// Ends the stream.
    func finish()
    /// Another connection carries the stream now: ends it, and this connection.
    func replace()
}
