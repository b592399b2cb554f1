import Synchronization

/// Lets so many writes pass and fails the next one, as a full disk or the end of the process would.
final class Faults: Sendable {
    struct Failure: Error {}

    private let left = Mutex<Int?>(nil)

    /// Fails the write number `number`, counted from 1, of those to come; nil: none.
    func fail(at number: Int?) { left.withLock { $0 = number } }

    /// Whether one has failed since.
    var hasFailed: Bool { left.withLock { $0 == 0 } }

    func pass() throws {
        try left.withLock { left in
            guard let count = left, count > 0 else { return }
            left = count - 1
            if count == 1 { throw Failure() }
        }
    }
}
