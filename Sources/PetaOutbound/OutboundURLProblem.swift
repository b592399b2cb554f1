/// Why a text cannot be the URL that something is sent to.
package struct OutboundURLProblem: Error, Equatable, CustomStringConvertible {
    /// Goes on after "the URL cannot be used: ".
    package let description: String

    init(_ description: String) { self.description = description }
}
