internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// Reads the little that the gateway needs to know of log messages and errors.
enum LogMessages {
    /// True if a notification that is a log message is at or above `level`; other notifications do not pass.
    static func passes(_ message: ByteBuffer, _ scan: MessageScan, _ level: LogLevel) -> Bool {
        guard message.text(scan.method) == "notifications/message" else { return false }
        return passes(params: message.bytes(scan.params), level)
    }

    /// The same for `params` alone.
    static func passes(params: [UInt8], _ level: LogLevel) -> Bool {
        guard let own = Self.level(params: params) else { return false }
        return own.rawValue >= level.rawValue
    }

    /// The level of a log message; one that nobody knows counts as the highest. Nil where there is none.
    static func level(params: [UInt8]) -> LogLevel? {
        guard let parsed = try? JSON.parse(params), let name = parsed["level"]?.string else { return nil }
        return LogLevel(name: name) ?? .emergency
    }

    /// `code: message` of a JSON-RPC error, bounded.
    static func errorText(_ message: ByteBuffer, _ scan: MessageScan) -> String {
        guard let error = try? JSON.parse(message.bytes(scan.error)) else { return "an error that cannot be read" }
        return "\(error["code"]?.int ?? 0): \(error["message"]?.string ?? "")".clipped(to: 400)
    }
}

extension ByteBuffer {
    /// This message with one range of its scan replaced.
    func replacing(_ range: ByteRange, with bytes: [UInt8]) -> ByteBuffer {
        withUnsafeReadableBytes { old in
            var out = ByteBufferAllocator().buffer(capacity: old.count - range.count + bytes.count)
            out.writeBytes(UnsafeRawBufferPointer(rebasing: old[..<range.lower]))
            out.writeBytes(bytes)
            out.writeBytes(UnsafeRawBufferPointer(rebasing: old[range.upper...]))
            return out
        }
    }

    /// This message without line ends between its tokens, as an event's data needs it. Copies only where there are some.
    var onOneLine: ByteBuffer {
        guard readableBytesView.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return self }
        return ByteBuffer(bytes: readableBytesView.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    }
}

extension EventLoop {
    /// A buffer of the default allocator.
    @inline(__always) func allocateBuffer(_ capacity: Int) -> ByteBuffer { ByteBufferAllocator().buffer(capacity: capacity) }
}
