import Glibc

/// Writes events of a `text/event-stream`. Whatever the data holds, it stays inside its event: every line of it
/// gets its own `data:`, also after a lone CR, which readers take for a line end (and hand out as LF).
package enum SSEWriter {
    /// Appends one event. An `id` or `name` that could not be read back (it holds CR, LF or NUL) is left out.
    package static func append(_ event: SSEEvent, to out: inout [UInt8]) {
        event.data.withUnsafeBytes { append(id: event.id, name: event.name, data: $0, retry: event.retry, to: &out) }
    }

    /// Appends one event with its parts; `retry` in milliseconds. Empty data with an `id` is how a stream is primed.
    package static func append(
        id: String? = nil, name: String? = nil, data: UnsafeRawBufferPointer, retry: Int? = nil, to out: inout [UInt8]
    ) {
        out.reserveCapacity(out.count + data.count + 64)
        if let id, isOneLine(id) { appendField("id: ", id, to: &out) }
        if let name, isOneLine(name) { appendField("event: ", name, to: &out) }
        if let retry, retry >= 0 { appendField("retry: ", String(retry), to: &out) }
        appendData(data, to: &out)
        out.append(0x0A)
    }

    /// Appends a comment, which readers skip: a sign of life.
    package static func appendComment(to out: inout [UInt8]) {
        out.append(contentsOf: ":\n\n".utf8)
    }

    private static func appendData(_ data: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        guard let base = data.baseAddress, !data.isEmpty else {
            out.append(contentsOf: "data:\n".utf8)
            return
        }
        var start = 0
        var lineFeed = -1
        while true {
            if lineFeed < start { lineFeed = find(0x0A, in: base, from: start, to: data.count) }
            let stop = find(0x0D, in: base, from: start, to: lineFeed)
            out.append(contentsOf: "data: ".utf8)
            out.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: stop - start))
            out.append(0x0A)
            guard stop < data.count else { return }
            start = stop + (data[stop] == 0x0D && stop + 1 == lineFeed && lineFeed < data.count ? 2 : 1)
        }
    }

    private static func appendField(_ field: StaticString, _ value: String, to out: inout [UInt8]) {
        out.append(contentsOf: UnsafeBufferPointer(start: field.utf8Start, count: field.utf8CodeUnitCount))
        out.append(contentsOf: value.utf8)
        out.append(0x0A)
    }

    private static func isOneLine(_ text: String) -> Bool {
        !text.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 }
    }

    /// The offset of `byte`, or `end`.
    private static func find(_ byte: Int32, in base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        guard start < end, let found = memchr(base + start, byte, end - start) else { return end }
        return UnsafeRawPointer(found) - base
    }
}
