internal import Synchronization

/// Where the status of an HTTP answer is put, whatever becomes of the answer.
final class HTTPStatus: Sendable {
    private let number = Atomic<Int>(0)

    /// Nil where no head of an answer came, or the server is no HTTP server.
    var value: Int? {
        get {
            let number = number.load(ordering: .acquiring)
            return number == 0 ? nil : number
        }
        set { number.store(newValue ?? 0, ordering: .releasing) }
    }

    /// True where a server that knows only HTTP+SSE would say so: it refused a POST, and not for its credentials (MCP reference, section 3.3).
    var mayBeOlder: Bool { value.map { (400..<500).contains($0) && $0 != 401 && $0 != 403 } ?? false }
}
