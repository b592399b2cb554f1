/// Records as CSV (RFC 4180): a line of names, then a line for each record, ended by CR LF, in UTF-8.
///
/// Spreadsheets run what begins like a formula, and names and errors come from clients, models and servers: a cell that begins with
/// `= + - @`, their wide forms, a tab or a line end gets an apostrophe in front. Control characters other than tab and line ends become U+FFFD.
package enum AuditCSV {
    /// The names of the columns. New ones are added at the end.
    package static let columns = [
        "seq", "time", "kind", "requestId", "traceId", "user", "role", "tokenId", "clientName", "clientVersion", "address", "session",
        "method",
        "server", "tool", "decision", "rule", "approvalId", "outcome", "error", "durationMs", "downstreamMs", "bytesIn", "bytesOut",
        "cached",
        "argumentsDigest", "secrets", "inputs", "arguments", "uid", "pid", "command", "target", "detail",
    ]

    /// The first line.
    package static let header = Array((columns.joined(separator: ",") + "\r\n").utf8)

    private static let names = columns.map { Array($0.utf8) }

    /// Adds the line of one record; false for what is none: then nothing is added.
    static func append(seq: Int64, _ record: UnsafeRawBufferPointer, to out: inout [UInt8]) -> Bool {
        var cells = [Range<Int>?](repeating: nil, count: columns.count)
        return record.withMemoryRebound(to: UInt8.self) { bytes in
            guard (try? find(bytes, &cells)) != nil else { return false }
            out.append(contentsOf: "\(seq)".utf8)
            for place in 1..<columns.count {
                out.append(UInt8(ascii: ","))
                if let cell = cells[place] { write(UnsafeBufferPointer(rebasing: bytes[cell]), to: &out) }
            }
            out.append(contentsOf: [0x0D, 0x0A])
            return true
        }
    }

    private static func find(_ bytes: UnsafeBufferPointer<UInt8>, _ cells: inout [Range<Int>?]) throws(AuditDecodingError) {
        var members = try JSONMembers(bytes)
        // Members come in about the order of the columns.
        var next = 0
        while let member = try members.next() {
            let key = bytes[member.key]
            if let place = place(of: key, from: next) {
                cells[place] = member.value
                next = place + 1
                continue
            }
            guard key.elementsEqual("client".utf8) else { continue }
            var inner = try JSONMembers(UnsafeBufferPointer(rebasing: bytes[member.value]))
            while let part = try inner.next() {
                let base = member.value.lowerBound
                let value = base + part.value.lowerBound..<base + part.value.upperBound
                switch String(decoding: bytes[base + part.key.lowerBound..<base + part.key.upperBound], as: UTF8.self) {
                case "name": cells[8] = value
                case "version": cells[9] = value
                default: break
                }
            }
        }
    }

    /// The column of a name, looked for from this one on and then from the first.
    private static func place(of key: Slice<UnsafeBufferPointer<UInt8>>, from start: Int) -> Int? {
        func matches(_ place: Int) -> Bool { names[place].count == key.count && key.elementsEqual(names[place]) }
        return (start..<names.count).first(where: matches) ?? (0..<start).first(where: matches)
    }

    /// A string unescaped and guarded, a number or a word as it stands, anything else as its JSON.
    private static func write(_ value: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        switch value.first {
        case UInt8(ascii: "\"")? where isPlain(value[1..<max(1, value.count - 1)]):
            // Nearly all of them: what stands between the quotes is what it means.
            out.append(UInt8(ascii: "\""))
            if value.count > 2, isFormula(Unicode.Scalar(value[1])) { out.append(UInt8(ascii: "'")) }
            out.append(contentsOf: value[1...])
        case UInt8(ascii: "\"")?: text(JSONValue.string(value) ?? String(decoding: value, as: UTF8.self), to: &out)
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?: text(String(decoding: value, as: UTF8.self), to: &out)
        default: out.append(contentsOf: value)
        }
    }

    /// Whether a string's content is ASCII that neither JSON nor CSV writes in another way.
    private static func isPlain(_ content: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        content.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    static func text(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        if let first = text.unicodeScalars.first, isFormula(first) { out.append(UInt8(ascii: "'")) }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out.append(contentsOf: "\"\"".utf8)
            case "\t", "\n", "\r": out.append(UInt8(scalar.value))
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: out.append(contentsOf: "\u{FFFD}".utf8)
            default: out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func isFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }
}
