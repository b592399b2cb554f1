import Foundation

/// A child process with pipes for its three streams. It sees exactly the environment it is given and no other
/// descriptor of the tests. Killed when the last reference goes.
package final class ChildProcess: @unchecked Sendable {  // safe: the condition's lock guards the two variables
    /// How a process ended.
    package enum End: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Its process id.
    package let pid: Int32
    /// What it prints on standard output.
    package let stdout: CapturedOutput
    /// What it prints on standard error.
    package let stderr: CapturedOutput

    private let condition = NSCondition()
    private var input: Int32?
    private var ended: End?

    /// Starts a program by its path.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = ChildProcess.plainEnvironment, directory: String? = nil
    ) throws {
        var (path, arguments) = (path, arguments)
        if let directory {
            arguments = ["-c", "cd \"$0\" && exec \"$@\"", directory, path] + arguments
            path = "/bin/sh"
        }
        var pipes: [(read: Int32, write: Int32)] = []
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw TestFailure.system("pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes.append((ends[0], ends[1]))
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0].read, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1].write, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[2].write, 2)
        // What another test, or the tests' own parent, left open for children is not for this one.
        guard let closeFrom, closeFrom(&actions, 3) == 0 else { throw TestFailure("no posix_spawn_file_actions_addclosefrom_np") }

        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var child: pid_t = 0
        var attributes = Self.plainSignals()
        defer { posix_spawnattr_destroy(&attributes) }
        let failure = posix_spawn(&child, path, &actions, &attributes, argv, envp)
        close(pipes[0].read)
        close(pipes[1].write)
        close(pipes[2].write)
        guard failure == 0 else {
            close(pipes[0].write)
            close(pipes[1].read)
            close(pipes[2].read)
            throw TestFailure("cannot start \(path): \(String(cString: strerror(failure)))")
        }
        pid = child
        input = pipes[0].write
        stdout = CapturedOutput(reading: pipes[1].read)
        stderr = CapturedOutput(reading: pipes[2].read)
        reap()
    }

    deinit {
        if ended == nil { Glibc.kill(pid, SIGKILL) }
        if let input { close(input) }
    }

    /// What a child sees by default: where programs are, and nothing of the developer's own settings.
    package static var plainEnvironment: [String: String] {
        var plain = ["LANG": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1"]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR"] { plain[name] = ProcessInfo.processInfo.environment[name] }
        return plain
    }

    /// Attributes with every signal at its default: the tests ignore SIGPIPE, and a child would inherit that.
    private static func plainSignals() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        return attributes
    }

    /// Waits for the end of the process.
    @discardableResult
    package func wait(within seconds: Double = patience) throws -> End {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let ended { return ended }
            guard condition.wait(until: deadline) else { throw TestFailure("process \(pid) has not ended within \(seconds) s") }
        }
    }

    /// How it ended; nil while it runs.
    package var end: End? { condition.withLock { ended } }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) {
        condition.withLock { if ended == nil { _ = Glibc.kill(pid, number) } }
    }

    /// Writes to its standard input. The tests' process has to ignore SIGPIPE, which this sees to.
    package func write(_ bytes: some Sequence<UInt8>) throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        guard let descriptor = condition.withLock({ input }) else { throw TestFailure("standard input is closed") }
        let all = Array(bytes)
        var done = 0
        while done < all.count {
            let count = all.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, all.count - done) }
            if count < 0 {
                if errno == EINTR { continue }
                throw TestFailure.system("write to process \(pid)")
            }
            done += count
        }
    }

    /// Writes a line to its standard input.
    package func writeLine(_ text: String) throws { try write(Array((text + "\n").utf8)) }

    /// Ends its standard input.
    package func closeInput() {
        condition.withLock {
            if let input { close(input) }
            input = nil
        }
    }

    /// One thread waits for the child, so that `wait` has an event and no child stays a zombie. It holds the object
    /// only weakly: else `deinit`, which kills, would never come.
    private func reap() {
        let pid = pid
        Thread.detachNewThread { [weak self] in
            // The child is left as a zombie until its end is known here: its id cannot belong to another meanwhile.
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
            guard let self else {
                waitpid(pid, nil, 0)
                return
            }
            self.condition.lock()
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            self.ended = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
            self.condition.broadcast()
            self.condition.unlock()
        }
    }
}

/// posix_spawn_file_actions_addclosefrom_np(3), which glibc has from 2.34 on, and its header only for who defines _GNU_SOURCE.
private let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast($0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
}
