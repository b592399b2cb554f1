package import PetaWire

/// One timed piece of a call, as OpenTelemetry has it. It holds names and outcomes, never arguments, results, users or addresses: what is
/// exported leaves the machine.
package struct Span: Sendable {
    /// The numbers are those of the protocol.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        /// A request that came.
        case server = 2
        /// A request that went out.
        case client = 3
    }

    package enum Value: Sendable, Equatable {
        case text(String)
        case number(Int64)
    }

    /// The trace, with the span above this one.
    package let context: TraceContext
    /// False: the trace begins here, and nothing stands above it.
    package let hasParent: Bool
    package let id: UInt64
    package let name: String
    package let kind: Kind
    /// Nanoseconds since 1970.
    package let start: Int64
    package let end: Int64
    package var attributes: [(key: String, value: Value)] = []
    /// What went wrong, in a word; nil: nothing that is the gateway's or the server's fault.
    package var failure: String?
    /// `tracestate` as it came.
    package var state: [UInt8]?

    package init(_ context: TraceContext, hasParent: Bool, id: UInt64, name: String, kind: Kind, start: Int64, end: Int64) {
        self.context = context
        self.hasParent = hasParent
        self.id = id
        self.name = name
        self.kind = kind
        self.start = start
        self.end = max(start, end)
    }
}
