internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import PetaWire
internal import Synchronization

/// The way to a Streamable HTTP server: for each event loop a pool of keep-alive connections, all of one MCP session.
final class HTTPLink: Link, @unchecked Sendable {  // `pools[i]` is touched on loop i only; the rest never changes.
    let target: HTTPTarget
    let session: String?
    let version: String?
    let era: Era
    /// True where everything that is sent comes from one client.
    let isDedicated: Bool
    let attempt: Int
    let budget: ResultBudget
    let resultLimit: Int
    let postPrefix: [UInt8]
    weak let owner: (any LinkOwner)?
    private let loops: [any EventLoop]
    private let pools: [HTTPPool]
    private let reported = Atomic<Bool>(false)

    init(
        target: HTTPTarget, session: String?, version: String?, era: Era, isDedicated: Bool, attempt: Int, loops: [any EventLoop],
        budget: ResultBudget, resultLimit: Int, owner: (any LinkOwner)?
    ) {
        self.target = target
        self.session = session
        self.version = version
        self.era = era
        self.isDedicated = isDedicated
        self.attempt = attempt
        self.budget = budget
        self.resultLimit = resultLimit
        self.owner = owner
        self.loops = loops
        postPrefix = target.postPrefix(session: session, version: version)
        pools = loops.map { HTTPPool(loop: $0) }
        for pool in pools { pool.link = self }
    }

    /// The session is gone: requests of it would be refused until the owner has begun again.
    var isDead: Bool { reported.load(ordering: .acquiring) }

    func send(_ exchange: Exchange) { pools[exchange.loopIndex].send(exchange) }

    /// The server has forgotten the session, or is another one: the owner begins again. Told once.
    func sessionLost() {
        guard reported.exchange(true, ordering: .acquiringAndReleasing) == false else { return }
        owner?.linkForgotten(attempt: attempt)
    }

    func close() async {
        for pool in pools {
            await withCheckedContinuation { done in
                pool.loop.execute {
                    pool.close()
                    done.resume()
                }
            }
        }
    }

    func requestBytes(for exchange: Exchange, into buffer: inout ByteBuffer) {
        switch exchange.form {
        case .request, .notification:
            buffer.writeBytes(postPrefix)
            buffer.writeDecimal(exchange.payload.readableBytes)
            buffer.writeStaticString("\r\n")
            if !exchange.fields.isEmpty { buffer.writeBytes(exchange.fields) }
            if let trace = exchange.trace { buffer.writeTrace(trace, exchange.traceState) }
            buffer.writeStaticString("\r\n")
        case .eventStream: buffer.writeBytes(target.bodiless("GET", session: session, version: version))
        case .endSession: buffer.writeBytes(target.bodiless("DELETE", session: session, version: version))
        }
    }
}

extension ByteBuffer {
    /// Writes the header fields of a trace (W3C Trace Context).
    fileprivate mutating func writeTrace(_ trace: TraceContext, _ state: [UInt8]?) {
        writeStaticString("traceparent: ")
        writeWithUnsafeMutableBytes(minimumWritableBytes: TraceContext.length) { bytes in
            var at = 0
            trace.write { byte in
                bytes[at] = byte
                at += 1
            }
            return at
        }
        writeStaticString("\r\n")
        guard let state else { return }
        writeStaticString("tracestate: ")
        writeBytes(state)
        writeStaticString("\r\n")
    }

    /// Writes a number in decimal, without making a string.
    @inline(__always) package mutating func writeDecimal(_ value: some FixedWidthInteger) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { scratch in
            var rest = UInt64(value)
            var at = 24
            repeat {
                at -= 1
                scratch[at] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            _ = writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[at...]))
        }
    }
}
