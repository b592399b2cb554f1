/// How long to wait before something is tried again: twice as long each time, spread at random so that many do not come at once.
struct Backoff {
    static let first = 1.0
    static let longest = 300.0
    /// More than what a receiver may ask for is not waited.
    static let longestAsked = 3600

    private(set) var failures = 0

    /// The seconds until the next try, after one more failure.
    mutating func failed(retryAfter: Int?, random: Double) -> Double {
        let ceiling = min(Self.longest, Self.first * Double(1 << min(failures, 16)))
        failures += 1
        let own = ceiling / 2 + ceiling / 2 * random
        return max(own, Double(min(retryAfter ?? 0, Self.longestAsked)))
    }

    mutating func succeeded() { failures = 0 }
}
