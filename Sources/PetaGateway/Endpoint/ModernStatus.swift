/// The HTTP status of a modern answer that is an error (MCP reference, sections 5.4 and 13.3).
enum ModernStatus {
    static func of(_ code: Int) -> Int {
        switch code {
        case -32601: 404
        case -32700, -32600, -32602, -32020, -32021, -32022: 400
        default: 200
        }
    }
}
