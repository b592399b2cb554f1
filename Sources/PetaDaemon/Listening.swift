internal import Synchronization

/// Where the gateway listens, known once it does.
final class Listening: Sendable {
    private let state = Mutex<[String]>([])

    var urls: [String] {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
