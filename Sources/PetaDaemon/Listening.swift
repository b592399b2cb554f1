internal import Synchronization

/// Where the gateway listens, known once it does.
final class Listening: Sendable {
    private let state = Mutex<[String]>([])
    private let measures = Mutex<[String]>([])

    var urls: [String] {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// Where metrics are served.
    var metrics: [String] {
        get { measures.withLock { $0 } }
        set { measures.withLock { $0 = newValue } }
    }
}
