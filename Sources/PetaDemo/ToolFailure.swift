/// Why a call of a tool failed.
enum ToolFailure: Error {
    /// The caller's model could mend it: a result with `isError`, in plain words.
    case result(String)
    /// A JSON-RPC error.
    case rpc(RPCError)
}
