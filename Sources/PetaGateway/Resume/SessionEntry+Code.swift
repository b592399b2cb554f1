/// Layout: a tag, the session's number, the members in the order of the declaration. Numbers are little-endian; a text or a
/// list has its length before it, and what can be absent a byte that says whether it is there.
extension SessionEntry {
    package var encoded: [UInt8] {
        var out = EntryWriter()
        switch self {
        case .session(let number, let image):
            out.begin(1, number)
            out.text(image.id)
            out.optional(image.tokenID)
            out.text(image.userID)
            out.text(image.revision)
            out.optional(image.clientName)
            out.optional(image.clientVersion)
            out.flag(image.capabilities != nil)
            out.bytes(image.capabilities ?? [])
            out.flag(image.qualifiedNames)
            out.flag(image.uid != nil)
            out.number(image.uid ?? 0)
            out.kept(image.kept)
        case .stream(let number, let stream):
            out.begin(2, number)
            out.number(stream.number)
            out.number(stream.last)
            out.number(stream.floor)
            out.bytes(stream.request)
            out.flag(stream.isOpen)
        case .progress(let number, let sent, let next):
            out.begin(3, number)
            out.number(sent)
            out.number(next)
        case .event(let number, let id, let message, let time, let isSent):
            out.begin(4, number)
            out.number(id.stream)
            out.number(id.position)
            out.number(time)
            out.flag(isSent)
            out.flag(message != nil)
            out.bytes(message ?? [])
        case .held(let number, let id, let message, let time):
            out.begin(8, number)
            out.number(id.stream)
            out.number(id.position)
            out.number(time)
            out.bytes(message)
        case .closed(let number, let stream):
            out.begin(5, number)
            out.number(stream)
        case .kept(let number, let kept):
            out.begin(6, number)
            out.kept(kept)
        case .ended(let number): out.begin(7, number)
        }
        return out.out
    }

    /// Nil for bytes that are no entry, whole and with nothing behind it.
    package init?(_ encoded: [UInt8]) {
        var reader = EntryReader(rest: encoded[...])
        guard let entry = Self.read(&reader), reader.rest.isEmpty else { return nil }
        self = entry
    }

    private static func read(_ reader: inout EntryReader) -> SessionEntry? {
        guard let tag = reader.number(UInt8.self), let number = reader.number(UInt64.self) else { return nil }
        switch tag {
        case 1:
            guard let id = reader.text(), let token = reader.optional(), let user = reader.text(), let revision = reader.text(),
                let name = reader.optional(), let version = reader.optional(), let capable = reader.flag(),
                let capabilities = reader.bytes(),
                let qualified = reader.flag(), let isLocal = reader.flag(),
                let uid = reader.number(UInt32.self), let kept = reader.kept()
            else { return nil }
            var image = SessionImage(
                id: id, tokenID: token, userID: user, revision: revision, clientName: name, clientVersion: version,
                capabilities: capable ? capabilities : nil, qualifiedNames: qualified)
            image.uid = isLocal ? uid : nil
            image.kept = kept
            return .session(number, image)
        case 2:
            guard let index = reader.number(UInt32.self), let last = reader.number(UInt64.self), let floor = reader.number(UInt64.self),
                let request = reader.bytes(), let isOpen = reader.flag(), floor <= last
            else { return nil }
            var stream = StreamLog.Stream(number: index, request: request)
            (stream.last, stream.floor, stream.isOpen) = (last, floor, isOpen)
            return .stream(number, stream)
        case 3:
            guard let sent = reader.number(UInt64.self), let next = reader.number(UInt32.self) else { return nil }
            return .progress(number, sent: sent, nextNumber: next)
        case 4:
            guard let stream = reader.number(UInt32.self), let position = reader.number(UInt64.self), let time = reader.number(Int64.self),
                let isSent = reader.flag(), let held = reader.flag(), let message = reader.bytes(), position > 0
            else { return nil }
            return .event(
                number, EventID(stream: stream, position: position), message: held ? message : nil, at: time, isSent: isSent)
        case 5:
            guard let stream = reader.number(UInt32.self) else { return nil }
            return .closed(number, stream)
        case 6:
            guard let kept = reader.kept() else { return nil }
            return .kept(number, kept)
        case 7: return .ended(number)
        case 8:
            guard let stream = reader.number(UInt32.self), let position = reader.number(UInt64.self), let time = reader.number(Int64.self),
                let message = reader.bytes(), position > 0
            else { return nil }
            return .held(number, EventID(stream: stream, position: position), message: message, at: time)
        default: return nil
        }
    }
}

private struct EntryWriter {
    var out: [UInt8] = []

    mutating func begin(_ tag: UInt8, _ session: UInt64) {
        out.reserveCapacity(64)
        out.append(tag)
        number(session)
    }

    mutating func number(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
    }

    mutating func flag(_ value: Bool) { out.append(value ? 1 : 0) }

    mutating func bytes(_ value: [UInt8]) {
        number(UInt32(value.count))
        out.append(contentsOf: value)
    }

    mutating func text(_ value: String) {
        number(UInt32(value.utf8.count))
        out.append(contentsOf: value.utf8)
    }

    mutating func optional(_ value: String?) {
        flag(value != nil)
        if let value { text(value) }
    }

    mutating func kept(_ kept: SessionImage.Kept) {
        number(kept.used)
        optional(kept.level)
        number(UInt32(kept.subscriptions.count))
        for uri in kept.subscriptions { text(uri) }
    }
}

private struct EntryReader {
    var rest: ArraySlice<UInt8>

    mutating func number<T: FixedWidthInteger>(_: T.Type) -> T? {
        let size = MemoryLayout<T>.size
        guard rest.count >= size else { return nil }
        defer { rest = rest.dropFirst(size) }
        return T(littleEndian: rest.withUnsafeBytes { $0.loadUnaligned(as: T.self) })
    }

    mutating func flag() -> Bool? {
        guard let byte = number(UInt8.self), byte <= 1 else { return nil }
        return byte == 1
    }

    mutating func bytes() -> [UInt8]? {
        guard let count = number(UInt32.self), rest.count >= Int(count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    mutating func text() -> String? { bytes().flatMap { String(validating: $0, as: UTF8.self) } }

    /// Nil: it cannot be read; a nil inside: it is absent.
    mutating func optional() -> String?? {
        guard let isThere = flag() else { return nil }
        guard isThere else { return .some(nil) }
        return text().map { .some($0) }
    }

    mutating func kept() -> SessionImage.Kept? {
        var kept = SessionImage.Kept()
        guard let used = number(Int64.self), let level = optional(), let count = number(UInt32.self) else { return nil }
        kept.used = used
        kept.level = level
        for _ in 0..<count {
            guard let uri = text() else { return nil }
            kept.subscriptions.append(uri)
        }
        return kept
    }
}
