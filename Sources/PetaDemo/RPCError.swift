import PetaWire

/// The error member of a JSON-RPC response.
struct RPCError: Error, Equatable {
    var code: Int
    var message: String
    var data: JSON?

    static let parseError = RPCError(code: -32700, message: "Parse error")

    static func invalidRequest(_ why: String) -> RPCError { RPCError(code: -32600, message: "Invalid request: \(why)") }

    static func methodNotFound(_ method: String) -> RPCError { RPCError(code: -32601, message: "Method not found: \(method)") }

    static func invalidParams(_ why: String) -> RPCError { RPCError(code: -32602, message: "Invalid params: \(why)") }

    static func resourceNotFound(_ uri: String) -> RPCError {
        RPCError(code: -32002, message: "Resource not found", data: ["uri": .string(uri)])
    }

    var json: JSON {
        var object: JSON = ["code": .int(code), "message": .string(message)]
        if let data { object.set(key: "data", value: data) }
        return object
    }
}
