import Glibc

/// How long something is waited for that has to come, in seconds: long enough for a machine that has much else to do. A test that succeeds
/// never waits so long, and none says with it how fast anything is.
package let patience: Double = 120

/// Waits for something that announces itself in no other way (a state in /proc, a port that opens): looks every few
/// milliseconds, and throws with `what` when it has not come in time. Where there is an event, wait for that instead.
package func eventually(_ what: String, within seconds: Double = patience, _ condition: () throws -> Bool) throws {
    let deadline = monotonicSeconds() + seconds
    while try !condition() {
        guard monotonicSeconds() < deadline else { throw TestFailure("not within \(seconds) s: \(what)") }
        poll(nil, 0, 5)
    }
}

/// Seconds of the monotonic clock.
package func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
