import Dispatch
import Synchronization

/// Carries the pieces of a backup from the thread that makes them to whoever sends them away. It holds a few; who is faster waits.
final class BackupPipe: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        /// How it ended; nothing is put in any more.
        var end: Result<Void, BackupError>?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
    }

    private let state = Mutex(State())
    private let places: DispatchSemaphore
    private let stallSeconds: Int

    /// - Parameter stallSeconds: how long a piece may wait to be taken.
    init(places: Int, stallSeconds: Int) {
        // It must not be freed with fewer than it was made with.
        self.places = DispatchSemaphore(value: 0)
        for _ in 0..<places { self.places.signal() }
        self.stallSeconds = stallSeconds
    }

    /// Puts a piece in; blocks while there is no place for it. Throws how it ended, where it did.
    func push(_ piece: [UInt8]) throws(BackupError) {
        guard places.wait(timeout: .now() + .seconds(stallSeconds)) == .success else {
            cancel(.stalled(seconds: stallSeconds))
            throw .stalled(seconds: stallSeconds)
        }
        let reader = try state.withLock { state throws(BackupError) -> CheckedContinuation<[UInt8]?, any Error>? in
            if let end = state.end {
                try end.get()
                throw .abandoned
            }
            guard let reader = state.reader else {
                state.pieces.append(piece)
                return nil
            }
            state.reader = nil
            return reader
        }
        if let reader {
            places.signal()
            reader.resume(returning: piece)
        }
    }

    /// There is no more.
    func finish() { end(.success(())) }

    /// It ends here, for both sides; what is still inside is dropped. Only the first end counts.
    func cancel(_ error: BackupError) { end(.failure(error)) }

    private func end(_ result: Result<Void, BackupError>) {
        let reader = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = result
            if case .failure = result { state.pieces = [] }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(with: result.map { nil }.mapError { $0 })
        // Whoever waits for a place is let in, to see the end.
        places.signal()
    }

    /// The next piece; nil at the end. For one reader.
    func next() async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { continuation in
            let now = state.withLock { state -> Result<[UInt8]?, any Error>? in
                if !state.pieces.isEmpty { return .success(state.pieces.removeFirst()) }
                switch state.end {
                case .success?: return .success(nil)
                case .failure(let error)?: return .failure(error)
                case nil:
                    state.reader = continuation
                    return nil
                }
            }
            guard let now else { return }
            if case .success(.some) = now { places.signal() }
            continuation.resume(with: now)
        }
    }
}
