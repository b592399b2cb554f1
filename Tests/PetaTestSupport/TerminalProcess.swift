import Foundation

/// A child process that has a terminal of its own: it leads a session, and its three streams are the terminal. Killed when the last
/// reference goes.
package final class TerminalProcess: @unchecked Sendable {  // safe: every access to the variables holds the condition's lock
    package let pid: Int32
    private let condition = NSCondition()
    private let master: Int32
    /// The other end, held open so that its state can be asked for at any time.
    private let slave: Int32
    private var bytes: [UInt8] = []
    private var picture: ScreenPicture
    private var ended: ChildProcess.End?
    private var isClosed = false

    /// Starts a program by its path.
    package init(_ path: String, _ arguments: [String], environment: [String: String], rows: Int = 24, columns: Int = 80) throws {
        // The Glibc module has no posix_openpt; these are the requests that it makes (ioctl_tty(2)).
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: UInt32 = 0
        guard master >= 0, ioctl(master, 0x4004_5431, &lock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw TestFailure.system("open a pseudo-terminal")
        }
        let name = "/dev/pts/\(number)"
        slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw TestFailure.system("open \(name)") }
        picture = ScreenPicture(rows: rows, columns: columns)
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The leader of a session gets the first terminal that it opens as its own.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // POSIX_SPAWN_SETSID, which the Glibc module leaves out.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | 0x80))
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, path, &actions, &attributes, argv, envp)
        pid = child
        guard failure == 0 else {
            close(master)
            close(slave)
            throw TestFailure("cannot start \(path): \(String(cString: strerror(failure)))")
        }
        // The threads own the numbers they use, so that the object can go at any time.
        let reading = dup(master)
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { [weak self] in
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                // Looks up now and then: a terminal is taken away only when nobody has this end.
                var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
                let ready = poll(&waiting, 1, 100)
                if ready == 0 {
                    guard let self, !self.condition.withLock({ self.isClosed }) else { break }
                    continue
                }
                let count = Glibc.read(reading, &chunk, chunk.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0, let self else { break }
                self.condition.lock()
                self.bytes += chunk[..<count]
                self.picture.write(chunk[..<count])
                self.condition.broadcast()
                self.condition.unlock()
            }
            Glibc.close(reading)
        }
        Thread.detachNewThread { [weak self, child] in
            var information = siginfo_t()
            while waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
            guard let self else {
                waitpid(child, nil, 0)
                return
            }
            self.condition.lock()
            var status: Int32 = 0
            waitpid(child, &status, 0)
            self.ended = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
            self.condition.broadcast()
            self.condition.unlock()
        }
    }

    deinit {
        if ended == nil { kill(pid, SIGKILL) }
        if !isClosed { close(master) }
        close(slave)
    }

    /// Everything that was written to the terminal so far.
    package var output: String { condition.withLock { String(decoding: bytes, as: UTF8.self) } }

    /// The rows as they stand on the screen, without spaces at their ends.
    package var screen: [String] { condition.withLock { picture.text } }

    /// Types.
    package func type(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.write(master, bytes, bytes.count) == bytes.count else { throw TestFailure.system("type") }
    }

    /// Changes the size, which tells the programs in front.
    package func resize(rows: Int, columns: Int) {
        condition.withLock { picture.resize(rows: rows, columns: columns) }
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    package func signal(_ number: Int32) { condition.withLock { if ended == nil { _ = kill(pid, number) } } }

    /// Takes the terminal away.
    package func hangUp() {
        condition.withLock {
            if !isClosed { close(master) }
            isClosed = true
        }
    }

    /// Whether typing shows and lines are edited, as a shell wants it.
    package var isCooked: Bool {
        var state = termios()
        return tcgetattr(slave, &state) == 0 && state.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == tcflag_t(ECHO | ICANON | ISIG)
    }

    /// The flags of the terminal, all of them.
    package var flags: [UInt32] {
        var state = termios()
        guard tcgetattr(slave, &state) == 0 else { return [] }
        return [state.c_iflag, state.c_oflag, state.c_cflag, state.c_lflag]
    }

    /// Waits until the screen holds a text; gives the screen.
    @discardableResult
    package func see(_ text: String, within seconds: Double = patience) throws -> [String] {
        try wait(for: "'\(text)' on the screen", seconds) { picture.text.contains { $0.contains(text) } }
    }

    /// Waits until the screen is as `condition` says.
    @discardableResult
    package func see(_ what: String, within seconds: Double = patience, where condition: ([String]) -> Bool) throws -> [String] {
        try wait(for: what, seconds) { condition(picture.text) }
    }

    /// The same with everything that was written.
    package func see(_ what: String, within seconds: Double = patience, where condition: ([String], String) -> Bool) throws {
        try wait(for: what, seconds) { condition(picture.text, String(decoding: bytes, as: UTF8.self)) }
    }

    /// Waits until a text was written, wherever it went.
    package func read(_ text: String, within seconds: Double = patience) throws {
        try wait(for: "'\(text)'", seconds) { String(decoding: bytes, as: UTF8.self).contains(text) }
    }

    /// The process is over.
    package var hasEnded: Bool { condition.withLock { ended != nil } }

    /// Waits for the end of the process.
    @discardableResult
    package func end(within seconds: Double = patience) throws -> ChildProcess.End {
        try wait(for: "its end", seconds) { ended != nil }
        return condition.withLock { ended } ?? .exited(-1)
    }

    @discardableResult
    private func wait(for what: String, _ seconds: Double, _ isThere: () -> Bool) throws -> [String] {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !isThere() {
            guard condition.wait(until: deadline) else {
                throw TestFailure("not within \(seconds) s: \(what); the screen:\n\(picture.text.joined(separator: "\n"))")
            }
        }
        return picture.text
    }
}
