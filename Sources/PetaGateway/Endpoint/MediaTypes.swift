internal import PetaWire

/// The little of RFC 9110, sections 8.3 and 12.5.1, that MCP needs.
enum MediaTypes {
    /// True if a `Content-Type` is `application/json`, whatever its parameters.
    static func isJSON(_ value: UnsafeRawBufferPointer) -> Bool {
        essence(value[...]).equalsIgnoringCase("application/json")
    }

    /// The same of a value that stands for itself.
    static func isJSON(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { isJSON(UnsafeRawBufferPointer($0)) }
    }

    /// True if an `Accept` takes both kinds of answer to a POST.
    static func acceptsBoth(_ value: UnsafeRawBufferPointer) -> Bool {
        accepts(value, json: true) && accepts(value, json: false)
    }

    /// True if an `Accept` takes event streams.
    static func acceptsEvents(_ value: UnsafeRawBufferPointer) -> Bool { accepts(value, json: false) }

    private static func accepts(_ value: UnsafeRawBufferPointer, json: Bool) -> Bool {
        var rest = value[...]
        while true {
            let end = rest.firstIndex(of: 0x2C) ?? rest.endIndex
            let type = essence(rest[..<end])
            if type.equals("*/*") || type.equalsIgnoringCase(json ? "application/json" : "text/event-stream")
                || type.equalsIgnoringCase(json ? "application/*" : "text/*")
            {
                return true
            }
            guard end < rest.endIndex else { return false }
            rest = rest[(end + 1)...]
        }
    }

    /// Type and subtype, without blanks and parameters.
    private static func essence(_ value: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        var part = value.prefix { $0 != 0x3B }
        while let first = part.first, first == 0x20 || first == 0x09 { part = part.dropFirst() }
        while let last = part.last, last == 0x20 || last == 0x09 { part = part.dropLast() }
        return UnsafeRawBufferPointer(rebasing: part)
    }
}
