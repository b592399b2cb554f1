import Glibc
import PetaAdminAPI

/// A thread of its own for work that blocks, while the command goes on.
final class WorkThread {
    private var handle: pthread_t?

    /// Starts at once. Throws where the system gives no thread.
    init(_ body: @escaping @Sendable () -> Void) throws(AdminError) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        guard pthread_create(&thread, nil, runWork, work.toOpaque()) == 0 else {
            work.release()
            throw AdminError(.tryAgain, "the system gives this command no thread")
        }
        handle = thread
    }

    /// Waits for its end; or, where nobody can wait for that, lets it end by itself.
    func end(waiting: Bool) {
        guard let thread = handle else { return }
        handle = nil
        if waiting { pthread_join(thread, nil) } else { pthread_detach(thread) }
    }

    fileprivate final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<WorkThread.Work>.fromOpaque(context).takeRetainedValue().body()
    return nil
}
