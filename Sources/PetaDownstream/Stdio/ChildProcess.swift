internal import CPetaShim
internal import Foundation
internal import Synchronization

/// A child in a process group of its own. It dies with the daemon, is always reaped, and what is left of its group
/// when it ends is killed with it.
final class ChildProcess: Sendable {
    struct Pipes: Sendable {
        let input: Int32
        let output: Int32
        let errors: Int32
    }

    let pid: pid_t
    private struct State {
        var reaped = false
        var status: Int32 = 0
        var waiting: [@Sendable (Int32) -> Void] = []
    }
    private let state = Mutex(State())

    private init(pid: pid_t) { self.pid = pid }

    /// Starts a child. To be called on a thread that lives as long as the daemon (see `peta_spawn`).
    static func spawn(_ arguments: [String], environment: [String], directory: String?) throws -> (ChildProcess, Pipes) {
        var pid: pid_t = 0
        var input: Int32 = -1
        var output: Int32 = -1
        var errors: Int32 = -1
        let code = withCStrings(arguments) { argv in
            withCStrings(environment) { envp in
                peta_spawn(argv, envp, directory, &pid, &input, &output, &errors)
            }
        }
        guard code == 0 else {
            let program = arguments.first ?? ""
            let why = code == ENOENT ? "no such program: \(program)" : "cannot start \(program): \(String(cString: strerror(code)))"
            throw DownstreamFailure.notSent(why)
        }
        let child = ChildProcess(pid: pid)
        // A thread that only waits: a child must be reaped whatever the event loops do.
        let thread = Thread { child.waitUntilEnd() }
        thread.stackSize = 128 * 1024
        thread.name = "peta-reaper"
        thread.start()
        return (child, Pipes(input: input, output: output, errors: errors))
    }

    private func waitUntilEnd() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        // Not reaped yet, so the group's number still is this child's: what it left behind goes now.
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        let waiting = state.withLock { state in
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            state.reaped = true
            state.status = status
            defer { state.waiting = [] }
            return state.waiting
        }
        for call in waiting { call(status) }
    }

    /// Sends a signal to the whole group, unless the child has ended.
    func signal(_ number: Int32) {
        state.withLock { state in
            if !state.reaped { kill(-pid, number) }
        }
    }

    /// Calls `done` with the wait status when the child has been reaped.
    func whenEnded(_ done: @escaping @Sendable (Int32) -> Void) {
        let status: Int32? = state.withLock { state in
            if state.reaped { return state.status }
            state.waiting.append(done)
            return nil
        }
        if let status { done(status) }
    }

    /// How a wait status reads to an administrator.
    static func describe(_ status: Int32) -> String {
        let signal = status & 0x7F
        return signal == 0 ? "it exited with status \(status >> 8 & 0xFF)" : "it was ended by signal \(signal)"
    }

    private static func withCStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
        var copies: [UnsafePointer<CChar>?] = texts.map { UnsafePointer(strdup($0)) }
        copies.append(nil)
        defer {
            // The copies can hold credentials: they are wiped before they are given back.
            for case let copy? in copies {
                explicit_bzero(UnsafeMutableRawPointer(mutating: copy), strlen(copy))
                free(UnsafeMutableRawPointer(mutating: copy))
            }
        }
        return copies.withUnsafeBufferPointer { buffer in
            // Never nil: the array holds at least its terminator.
            body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }
}
