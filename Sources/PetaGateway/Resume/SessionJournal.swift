internal import Foundation
package import PetaCrypto
internal import Synchronization

/// The file from which sessions and their streams come back after a restart. From any thread.
///
/// An entry that was written survives `kill -9`. The file grows with what happens and is written anew from what is, when it has
/// doubled; between `grown` and then it can hold more, up to a bound beyond which events leave only their place in it.
package final class SessionJournal: Sendable {
    private struct State: Sendable {
        var file: SealedFile
        /// What takes the file's place when all is in it.
        var next: SealedFile?
        /// An entry is missing in `next`.
        var nextIsShort = false
        /// Size when it was last written anew.
        var base: Int
        /// After a rewrite that failed: not tried again below this size.
        var retry = 0
        var isStopped = false
        var failure: SealedFile.Failure?
    }

    private let state: Mutex<State>
    private let path: String
    private let key: SecretBytes
    private let smallest: Int
    private let output: SealedFile.Output
    /// Called when the file should be written anew, and when writing begins to fail or works again (nil). Must not block, nor write.
    private let grown: @Sendable () -> Void
    private let failed: @Sendable (SealedFile.Failure?) -> Void

    /// Makes the file anew with what `write` gives; what stood there is replaced when all is in.
    ///
    /// - Parameter smallest: a file up to this size is left alone.
    package init(
        path: String, key: SecretBytes, smallest: Int = 8 << 20, output: @escaping SealedFile.Output = SealedFile.system,
        grown: @escaping @Sendable () -> Void,
        failed: @escaping @Sendable (SealedFile.Failure?) -> Void, _ write: ((SessionEntry) throws -> Void) throws -> Void
    ) throws {
        self.path = path
        self.key = key
        self.smallest = smallest
        self.output = output
        self.grown = grown
        self.failed = failed
        var file = try SealedFile(creating: path + ".new", key: key, output: output)
        do {
            try write { try file.append($0.encoded) }
            guard rename(path + ".new", path) == 0 else { throw SealedFile.Failure("replace") }
        } catch {
            file.close()
            unlink(path + ".new")
            throw error
        }
        state = Mutex(State(file: file, base: file.size))
    }

    deinit {
        stop()
    }

    /// Reads what an earlier run left.
    package static func read(_ path: String, key: SecretBytes, _ body: (SessionEntry) -> Void) -> SealedFile.End {
        var broken: Int?
        var count = 0
        let end = SealedFile.read(path, key: key) { record in
            count += 1
            guard broken == nil, let entry = SessionEntry(record) else {
                broken = broken ?? count
                return
            }
            body(entry)
        }
        return broken.map { .torn(at: $0) } ?? end
    }

    /// Writes an entry down. One that cannot be written is missing after a restart: the gap is found then.
    package func write(_ entry: SessionEntry) {
        var record = entry.encoded
        let (isLarge, change) = state.withLock { state -> (Bool, SealedFile.Failure??) in
            guard !state.isStopped else { return (false, nil) }
            let limit = max(smallest, 2 * state.base)
            let isLarge = state.file.size > max(limit, state.retry)
            if state.file.size > 2 * limit, case .event(let number, let id, _, let at, let isSent) = entry {
                record = SessionEntry.event(number, id, message: nil, at: at, isSent: isSent).encoded
            }
            let before = state.failure
            do {
                try state.file.append(record)
                state.failure = nil
            } catch {
                state.failure = error as? SealedFile.Failure ?? SealedFile.Failure("seal")
            }
            if state.next != nil, (try? state.next?.append(record)) == nil { state.nextIsShort = true }
            return (isLarge && state.next == nil, (before == nil) != (state.failure == nil) ? .some(state.failure) : nil)
        }
        if let change { failed(change) }
        if isLarge { grown() }
    }

    /// True if the file has grown so far that it should be written anew.
    package var isGrown: Bool { state.withLock { $0.file.size > max(smallest, 2 * $0.base, $0.retry) && !$0.isStopped } }

    /// Bytes in the file.
    package var size: Int { state.withLock { $0.file.size } }

    /// Writes the file anew. `write` goes through all sessions and gives the entries of each while nothing else can be
    /// written about it; entries that are written meanwhile go into both files. One caller at a time.
    package func rewrite(_ write: ((SessionEntry) throws -> Void) throws -> Void) throws {
        let made = try SealedFile(creating: path + ".new", key: key, output: output)
        let isStopped = state.withLock { state in
            guard !state.isStopped else { return true }
            state.next = made
            state.nextIsShort = false
            return false
        }
        guard !isStopped else {
            made.close()
            unlink(path + ".new")
            return
        }
        do {
            try write { entry in
                let record = entry.encoded
                try state.withLock { try $0.next?.append(record) }
            }
            try state.withLock { state in
                guard let next = state.next else { return }
                guard !state.nextIsShort else { throw SealedFile.Failure("write") }
                guard rename(path + ".new", path) == 0 else { throw SealedFile.Failure("replace") }
                state.file.close()
                state.file = next
                state.next = nil
                state.base = next.size
                state.retry = 0
            }
        } catch {
            state.withLock { state in
                state.next?.close()
                state.next = nil
                state.retry = state.file.size + smallest
            }
            unlink(path + ".new")
            throw error
        }
    }

    /// Nothing more is written: what happens from now on, while the gateway comes to its end, did not happen to the sessions.
    package func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            state.file.close()
            state.next?.close()
            state.next = nil
        }
    }
}
