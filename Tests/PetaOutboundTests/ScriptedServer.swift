import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Listens on 127.0.0.1, keeps what each connection sends, and answers each with the same bytes.
final class ScriptedServer: Sendable {
    /// What becomes of a connection once a whole request is there.
    enum Script: Sendable {
        case answer(String)
        /// As `answer`, and closes without an end.
        case cut(String)
        case silence
    }

    let port: Int
    private let channel: any Channel
    private let seen: Seen

    fileprivate final class Seen: Sendable {
        let requests = Mutex<[String]>([])
        let closed = Mutex<Int>(0)
        let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
    }

    init(_ script: Script, tls: NIOSSLContext? = nil) async throws {
        let seen = Seen()
        self.seen = seen
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Reader(script: script, seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    var requests: [String] { seen.requests.withLock { $0 } }

    /// Returns once a connection was closed by the other side.
    func waitForClose() async {
        await withCheckedContinuation { continuation in
            let isOver = seen.closed.withLock { closed in
                if closed == 0 { seen.waiting.withLock { $0.append(continuation) } }
                return closed > 0
            }
            if isOver { continuation.resume() }
        }
    }

    func stop() async { try? await channel.close() }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private let seen: Seen
        private var text = ""
        private var isDone = false

        init(script: Script, seen: Seen) {
            self.script = script
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard !isDone, let head = text.firstRange(of: "\r\n\r\n"), let field = text.firstRange(of: "Content-Length: ") else { return }
            let length = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
            guard text[head.upperBound...].utf8.count >= length else { return }
            isDone = true
            seen.requests.withLock { $0.append(text) }
            switch script {
            case .silence: return
            case .answer(let answer): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            case .cut(let answer):
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in bound.value.close(promise: nil) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            let waiting = seen.closed.withLock { closed in
                closed += 1
                return seen.waiting.withLock { waiting in
                    defer { waiting = [] }
                    return waiting
                }
            }
            for continuation in waiting { continuation.resume() }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
