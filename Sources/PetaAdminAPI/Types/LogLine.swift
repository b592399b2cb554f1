/// One line of `GET /v1/servers/{id}/logs`, newline-delimited.
package struct LogLine: Codable, Sendable, Equatable {
    package var time: Timestamp
    /// `stderr`, `stdout` (a line that was no JSON-RPC) or `peta` (the gateway's own remark).
    package var stream: String
    /// The text, without its newline; may hold any character.
    package var line: String

    package init(time: Timestamp, stream: String, line: String) {
        self.time = time
        self.stream = stream
        self.line = line
    }
}
