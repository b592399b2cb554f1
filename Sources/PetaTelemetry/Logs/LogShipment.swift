import PetaWire

/// The body of a log webhook: lines of the log, each one JSON object, in the order in which they were written.
package enum LogShipment {
    /// Lines that wait at most, and their bytes.
    package static let limit = 1000
    package static let byteLimit = 1 << 20
    /// Lines that go together.
    package static let batch = 100

    /// - Parameters:
    ///   - lines: JSON objects.
    ///   - dropped: lines that were lost before these.
    package static func bytes(_ lines: [[UInt8]], dropped: UInt64, version: String, instance: String) -> [UInt8] {
        var out = Array(#"{"software":"peta","version":"#.utf8)
        JSON.appendQuoted(version, into: &out)
        out += Array(#","instance":"#.utf8)
        JSON.appendQuoted(instance, into: &out)
        out += Array(#","dropped":\#(dropped),"lines":["#.utf8)
        for (at, line) in lines.enumerated() {
            if at > 0 { out.append(0x2C) }
            out += line
        }
        out += Array("]}".utf8)
        return out
    }
}
