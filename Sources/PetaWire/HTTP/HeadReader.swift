/// Reads the lines of an HTTP/1.1 head strictly: CRLF only, no folding, no space before a colon, field values of
/// printable ASCII, spaces and tabs. Anything else is `foreign`.
struct HeadReader {
    enum Step { case incomplete, foreign, done }

    private let base: UnsafePointer<UInt8>
    private let count: Int
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is read from the stand-in since count is 0.
        base = (bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped).assumingMemoryBound(to: UInt8.self)
        count = bytes.count
    }

    /// Steps over `text` as far as the bytes go.
    private mutating func match(_ text: StaticString) -> Step {
        let wanted = text.utf8CodeUnitCount
        let there = min(wanted, count - offset)
        guard memoryEquals(base + offset, text.utf8Start, there) else { return .foreign }
        guard there == wanted else { return .incomplete }
        offset += wanted
        return .done
    }

    mutating func requestLine(_ head: inout RequestHead, path: StaticString) -> Step {
        guard count > 0 else { return .incomplete }
        let method: StaticString
        switch base[0] {
        case 0x50: (method, head.method) = ("POST ", .post)
        case 0x47: (method, head.method) = ("GET ", .get)
        case 0x44: (method, head.method) = ("DELETE ", .delete)
        default: return .foreign
        }
        var step = match(method)
        guard step == .done else { return step }
        step = match(path)
        guard step == .done else { return step }
        guard offset < count else { return .incomplete }
        if base[offset] == 0x3F {
            offset += 1
            let start = offset
            while offset < count, base[offset] > 0x20, base[offset] < 0x7F { offset += 1 }
            guard offset < count else { return .incomplete }
            guard base[offset] == 0x20, offset - start <= 1024 else { return .foreign }
            head.query = ByteRange(start, offset)
        }
        return match(" HTTP/1.1\r\n")
    }

    /// Steps over the line at which it stands.
    mutating func skipLine() {
        while offset < count, base[offset] != 0x0A { offset += 1 }
        if offset < count { offset += 1 }
    }

    /// Reads one field line; an empty name is the empty line at the head's end.
    mutating func field(_ name: inout ByteRange, _ value: inout ByteRange) -> Step {
        guard offset < count else { return .incomplete }
        if base[offset] == 0x0D {
            name = .none
            return match("\r\n")
        }
        let start = offset
        while offset < count, Self.isToken(base[offset]) { offset += 1 }
        guard offset < count else { return .incomplete }
        guard base[offset] == 0x3A, offset > start else { return .foreign }
        name = ByteRange(start, offset)
        offset += 1
        while offset < count, base[offset] == 0x20 || base[offset] == 0x09 { offset += 1 }
        let from = offset
        while offset < count, base[offset] &- 0x20 < 0x5F || base[offset] == 0x09 { offset += 1 }
        var to = offset
        let step = match("\r\n")
        guard step == .done else { return step }
        while to > from, base[to - 1] == 0x20 || base[to - 1] == 0x09 { to -= 1 }
        value = ByteRange(from, to)
        return .done
    }

    /// As `field`, but with obs-text (bytes from 0x80) let through in values: servers send it, and it decides nothing here.
    mutating func lenientField(_ name: inout ByteRange, _ value: inout ByteRange) -> Step {
        guard offset < count, base[offset] != 0x0D else { return field(&name, &value) }
        let start = offset
        while offset < count, Self.isToken(base[offset]) { offset += 1 }
        guard offset < count, base[offset] == 0x3A, offset > start else { return .foreign }
        name = ByteRange(start, offset)
        offset += 1
        while offset < count, base[offset] == 0x20 || base[offset] == 0x09 { offset += 1 }
        let from = offset
        while offset < count, base[offset] >= 0x20 || base[offset] == 0x09 { offset += 1 }
        var to = offset
        guard case .done = match("\r\n") else { return .foreign }
        while to > from, base[to - 1] == 0x20 || base[to - 1] == 0x09 { to -= 1 }
        value = ByteRange(from, to)
        return .done
    }

    /// RFC 9110, section 5.6.2.
    @inline(__always) static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x5F: return true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2E, 0x5E, 0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }
}
