/// Why a delivery did not work, in words for an operator.
package struct DeliveryFailure: Error, Equatable {
    package let reason: String
    package let retryAfter: Int?

    init(reason: String, retryAfter: Int? = nil) {
        self.reason = reason
        self.retryAfter = retryAfter
    }
}
