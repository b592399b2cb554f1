package import NIOCore
package import PetaWire

extension ByteBuffer {
    /// Scans the readable bytes as one JSON-RPC message; the ranges count from the reader index.
    package func scanMessage(depthLimit: Int = 64) throws(ScanFailure) -> MessageScan {
        var failure = ScanFailure.tooDeep
        let scan: MessageScan? = withUnsafeReadableBytes { bytes in
            do throws(ScanFailure) { return try MessageScan(bytes, depthLimit: depthLimit) } catch {
                failure = error
                return nil
            }
        }
        guard let scan else { throw failure }
        return scan
    }

    /// Scans what a client sent: as `scanMessage`, and no object in it may have a key twice, since what is judged must be what is sent on.
    package func scanClientMessage(depthLimit: Int = 64) throws(ScanFailure) -> MessageScan {
        let scan = try scanMessage(depthLimit: depthLimit)
        if let at = withUnsafeReadableBytes({ DuplicateKeys.first(in: $0) }) { throw .duplicate(at: at) }
        return scan
    }

    /// The bytes of a range of a scan, copied.
    package func bytes(_ range: ByteRange) -> [UInt8] { withUnsafeReadableBytes { Array(range.slice(of: $0)) } }

    /// The text of a range of a scan.
    package func text(_ range: ByteRange) -> String { withUnsafeReadableBytes { range.slice(of: $0).text } }

    /// True if the message answers the request with this id, which Peta always sends as a number.
    func isAnswer(_ scan: MessageScan, to id: UInt64) -> Bool {
        number(scan.id) == id
    }

    /// A decimal number without sign; servers that echo it as a string are forgiven.
    func number(_ range: ByteRange) -> UInt64? {
        withUnsafeReadableBytes { bytes in
            var digits = range.slice(of: bytes)
            if digits.count > 2, digits[0] == 0x22 { digits = UnsafeRawBufferPointer(rebasing: digits[1..<digits.count - 1]) }
            guard digits.count > 0, digits.count < 19 else { return nil }
            var value: UInt64 = 0
            for byte in digits {
                guard byte &- 0x30 < 10 else { return nil }
                value = value * 10 + UInt64(byte &- 0x30)
            }
            return value
        }
    }
}

/// What the gateway says to requests of servers.
enum ServerRequests {
    /// `ping` gets its empty result; the rest is refused (-32601): on a shared connection there is no client to ask, and on a dedicated
    /// one it is asked within its own calls only.
    static func reply(_ message: ByteBuffer, _ scan: MessageScan, isDedicated: Bool) -> ByteBuffer {
        var reply = ByteBuffer()
        reply.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
        message.withUnsafeReadableBytes { _ = reply.writeBytes(scan.id.slice(of: $0)) }
        if message.text(scan.method) == "ping" {
            reply.writeStaticString(",\"result\":{}}")
        } else {
            reply.writeStaticString(",\"error\":{\"code\":-32601,\"message\":\"Method not found: ")
            reply.writeStaticString(
                isDedicated
                    ? "the client behind this connection was not asked, since no call of it is under way that could ask it"
                    : "this connection is shared, and the clients behind it cannot be asked")
            reply.writeStaticString("\"}}")
        }
        return reply
    }
}
