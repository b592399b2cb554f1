import Foundation
import Glibc
package import PetaAdminAPI
import PetaCrypto
import Synchronization

/// One backup while it is made: a thread of its own reads the frozen database, seals it, and puts it into a pipe.
package final class BackupRun: Sendable {
    package let id: String
    package let startedAt: Timestamp
    /// Who asked for it.
    package let uid: UInt32
    private let pipe: BackupPipe
    private let state = Mutex(State())

    private struct State {
        var bytes: Int64 = 0
        var databaseBytes: Int64?
        var result: Result?
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// What is left to be sent when all but the end is: without it the backup is not whole.
    package struct Result: Sendable {
        package let last: [UInt8]
        package let bytes: Int64
        package let databaseBytes: Int64
        package let sha256: String
    }

    init(id: String, startedAt: Timestamp, uid: UInt32, pipe: BackupPipe) {
        self.id = id
        self.startedAt = startedAt
        self.uid = uid
        self.pipe = pipe
    }

    /// The next piece; nil when all but the last is taken, which ``result`` has then. For one reader.
    package func next() async throws -> [UInt8]? { try await pipe.next() }

    /// Nil until the last piece of ``next()`` was taken.
    package var result: Result? { state.withLock { $0.result } }

    /// Ends it here. Its thread ends soon.
    package func cancel(_ error: BackupError) { pipe.cancel(error) }

    /// Returns when its thread reads the database no more.
    package func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiting.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// How far it has come.
    package var entry: BackupEntry {
        state.withLock { state in
            BackupEntry(
                id: id, state: "running", startedAt: startedAt, bytes: state.bytes, databaseBytes: state.databaseBytes, uid: uid)
        }
    }

    // MARK: its thread

    func learn(databaseBytes: Int64) { state.withLock { $0.databaseBytes = databaseBytes } }

    func put(_ piece: [UInt8]) throws(BackupError) {
        try pipe.push(piece)
        state.withLock { $0.bytes += Int64(piece.count) }
    }

    func finish(_ outcome: Swift.Result<Result, BackupError>) {
        switch outcome {
        case .success(let result):
            state.withLock { $0.result = result }
            pipe.finish()
        case .failure(let error): pipe.cancel(error)
        }
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }
}
