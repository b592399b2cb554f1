import Glibc

/// A mutex with one condition, for a thread that sleeps until there is work.
// Sendable: both are made for use by many threads, and live on the heap where they do not move.
final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        // Deadlines are on the monotonic clock: setting the wall clock must not stretch a wait.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the mutex held.
    @inline(__always)
    func locked<R>(_ body: () throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Sleeps until signalled or until the deadline; only inside of ``locked(_:)``. May wake without a reason.
    /// Returns false when the deadline has come.
    func wait(until deadline: MonotonicTime?) -> Bool {
        guard let deadline else {
            pthread_cond_wait(condition, mutex)
            return true
        }
        var time = deadline.timespec
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    /// Wakes the sleeper.
    func signal() { pthread_cond_signal(condition) }
}

/// A point on the clock that nobody sets, in nanoseconds.
struct MonotonicTime: Comparable {
    let nanoseconds: Int64

    static func now() -> MonotonicTime {
        var now = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return MonotonicTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }

    func after(milliseconds: Int) -> MonotonicTime { after(nanoseconds: Int64(milliseconds) * 1_000_000) }

    func after(nanoseconds more: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds + more) }

    var timespec: timespec {
        Glibc.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }

    static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }
}
