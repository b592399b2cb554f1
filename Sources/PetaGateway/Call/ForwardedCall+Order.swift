internal import NIOCore
internal import PetaDownstream
internal import PetaWire

extension ForwardedCall {
    /// What was asked for, and whose it is.
    struct Order {
        let kind: Kind
        /// The client's message.
        var request: ByteBuffer
        var scan: MessageScan
        let server: ServerListing
        /// Its name at the server.
        let name: String
        /// What stands in for name, URI or params at the server.
        var replacement: Replacement
        let mayRepeat: Bool
        /// Arguments that a server of the modern era gets as header fields too.
        let headers: ParameterHeaders?
        /// The client wants it to be a task of 2025-11-25, and it can be one.
        var asksForTask = false
        /// Where a task that was begun before lies: on a connection of this client's own, or on the shared one. Nil: it is chosen here.
        var isDedicated: Bool?
        /// What rights were asked.
        var sought: Sought?
        /// What policy was asked, and what it was asked of.
        var question: Question?
        var snapshot: Snapshot
        /// Reviewers are shown that it ran.
        var isNoticed = false
    }

    /// How a request is told to its server.
    enum Replacement {
        /// This piece of the message is replaced by these bytes (a JSON string).
        case piece(ByteRange, [UInt8])
        /// All of `params` is replaced.
        case params([UInt8])
    }

    /// What a client of the modern era came back with; good for another request as long as nothing was done with it.
    struct Retry {
        let ticket: RequestStates.Ticket
        var parked: ParkedCall?
    }
}
