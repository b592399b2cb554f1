/// Which arguments of a tool are repeated as `Mcp-Param-*` fields (`x-mcp-header` in its `inputSchema`).
package struct ParameterHeaders: Sendable {
    /// Appends the lines for these arguments (a JSON object, or nothing).
    package func append(arguments: UnsafeRawBufferPointer, into out: inout [UInt8]) {}
}
