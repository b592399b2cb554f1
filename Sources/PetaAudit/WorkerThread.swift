import Glibc
import Synchronization

/// A thread of its own for work that blocks, which an event loop or a task pool must not.
final class WorkerThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Starts at once. `name` has at most 15 bytes.
    /// - Throws: ``StartError`` when the system gives no thread.
    init(name: String, body: @escaping @Sendable () -> Void) throws {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runWork, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw StartError(code: code)
        }
        handle = Mutex(thread)
    }

    deinit {
        // Nobody waits for it any more: what it leaves is freed when it ends.
        if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
    }

    /// Waits for its end. Does nothing the second time, and on the thread itself.
    func join() {
        let thread = handle.withLock { held in
            let thread = held
            held = nil
            return thread
        }
        guard let thread else { return }
        if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    /// Runs `body` on a thread of its own and waits for it without holding one of the pool of tasks.
    /// - Throws: ``StartError``.
    static func value<T: Sendable>(name: String, _ body: @escaping @Sendable () -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try WorkerThread(name: name) { continuation.resume(returning: body()) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    struct StartError: Error {
        let code: Int32
    }

    fileprivate final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let work = Unmanaged<WorkerThread.Work>.fromOpaque(context).takeRetainedValue()
    nameThread(work.name)
    work.body()
    return nil
}

/// For `top -H` and core dumps. The GNU call for it is not in the Glibc module.
private func nameThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, name, name.utf8.count)
    close(file)
}
