/// Header field lines that repeat the message for who reads no body (MCP 2026-07-28, transports; MCP reference, section 5.3).
/// `MCP-Protocol-Version` is not among them: it is the same for a whole connection.
package enum ModernFields {
    /// Appends `Mcp-Method`, and `Mcp-Name` where the method has one: the `name`, `uri` or `taskId` of its params, as plain UTF-8.
    package static func append(method: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer?, into out: inout [UInt8]) {
        out.append(contentsOf: "Mcp-Method: ".utf8)
        HeaderValue.append(method, into: &out)
        out.append(contentsOf: "\r\n".utf8)
        guard let name else { return }
        out.append(contentsOf: "Mcp-Name: ".utf8)
        HeaderValue.append(name, into: &out)
        out.append(contentsOf: "\r\n".utf8)
    }
}
