extension JSON {
    /// Reads one JSON text, strictly after RFC 8259. Also refused: an object with one key twice (compared after
    /// unescaping, by bytes), invalid UTF-8, a byte order mark, anything after the value, and what exceeds `limits`.
    package static func parse(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .default) throws(JSONError) -> JSON {
        guard bytes.count <= limits.bytes else { throw JSONError(.tooLarge, at: limits.bytes) }
        guard let base = bytes.baseAddress, !bytes.isEmpty else { throw JSONError(.unexpectedEnd, at: 0) }
        var parser = JSONParser(base: base, count: bytes.count, limits: limits)
        return try parser.parseText()
    }

    /// Reads one JSON text from an array of bytes.
    package static func parse(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSON {
        try bytes.withUnsafeBytes { (buffer) -> Result<JSON, JSONError> in result(buffer, limits) }.get()
    }

    /// Reads one JSON text from a string or a part of one; offsets in errors count its UTF-8 bytes.
    package static func parse(_ text: some StringProtocol, limits: JSONLimits = .default) throws(JSONError) -> JSON {
        let fast = text.utf8.withContiguousStorageIfAvailable { result(UnsafeRawBufferPointer($0), limits) }
        if let fast { return try fast.get() }
        return try parse(Array(text.utf8), limits: limits)
    }

    private static func result(_ bytes: UnsafeRawBufferPointer, _ limits: JSONLimits) -> Result<JSON, JSONError> {
        do throws(JSONError) { return .success(try parse(bytes, limits: limits)) } catch { return .failure(error) }
    }
}
