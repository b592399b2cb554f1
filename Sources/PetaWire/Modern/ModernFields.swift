/// The header fields that repeat what stands in a request of the modern era (MCP 2026-07-28; MCP reference, section 5.3).
package enum ModernFields {
    /// Appends `Mcp-Method` and, where there is a name, `Mcp-Name`. `name` is the UTF-8 of the name or URI, not escaped.
    package static func append(method: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer?, into out: inout [UInt8]) {
        out += Array("Mcp-Method: ".utf8)
        out += method
        out += [0x0D, 0x0A]
        guard let name else { return }
        out += Array("Mcp-Name: ".utf8)
        HeaderValue.append(name, into: &out)
        out += [0x0D, 0x0A]
    }
}
