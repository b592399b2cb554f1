internal import NIOCore
internal import PetaWire

/// The gateway's own requests to a server (handshake, lists): an exchange that async code waits for.
final class PromiseExchange: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    private var continuation: CheckedContinuation<[UInt8], any Error>?
    private var timer: Scheduled<Void>?
    private(set) var session: String?
    /// It asks for the era: its answer is no reason to ask.
    var isProbe = false
    /// Status of an HTTP answer, as soon as its head was there.
    private(set) var status: Int?

    init(loop: any EventLoop, loopIndex: Int, id: UInt64, form: Form, payload: [UInt8]) {
        super.init(loop: loop, loopIndex: loopIndex, id: id, form: form, payload: ByteBuffer(bytes: payload))
    }

    private var late: [UInt8]?

    /// Sends it and gives the message that answers it, whole; an empty one for a notification. With `keepsWaiting` the server is not
    /// told that the time is over, and what it still says is kept.
    func run(over link: any Link, timeout: TimeAmount, keepsWaiting: Bool = false) async throws -> [UInt8] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.execute {
                    // Cancelled before it began: nobody would end it any more.
                    guard self.phase != .done else { return continuation.resume(throwing: DownstreamFailure.stopping) }
                    self.continuation = continuation
                    self.timer = self.loop.scheduleTask(in: timeout) {
                        if keepsWaiting { self.finish(.failure(DownstreamFailure.timeout)) } else { self.abandon(.timeout) }
                    }
                    link.send(self)
                }
            }
        } onCancel: {
            loop.execute { self.abandon(.stopping) }
        }
    }

    /// The answer that came when the time for it was over.
    func lateAnswer() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: self.late) }
        }
    }

    override func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        if continuation == nil { late = Array(message.readableBytesView) }
        finish(.success(Array(message.readableBytesView)))
    }

    override func opened(status: Int, session: String?) {
        self.status = status
        if let session { self.session = session }
    }

    override func ended(_ failure: DownstreamFailure?) {
        if let failure { finish(.failure(failure)) } else { finish(.success([])) }
    }

    private func finish(_ result: Result<[UInt8], any Error>) {
        timer?.cancel()
        timer = nil
        let waiting = continuation
        continuation = nil
        waiting?.resume(with: result)
    }
}
