/// What came back.
package struct OutboundResponse: Sendable, Equatable {
    package let status: Int
    /// The seconds of `Retry-After`, where it says them as a number.
    package let retryAfter: Int?
    /// The beginning of the body.
    package let body: [UInt8]
    /// Whether the body was longer than was wanted.
    package let isCut: Bool

    package init(status: Int, retryAfter: Int?, body: [UInt8], isCut: Bool) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
        self.isCut = isCut
    }

    /// A status of 200 to 299. Redirections are not followed: what is sent is meant for one place.
    package var isSuccess: Bool { (200..<300).contains(status) }
}
