import CPetaShim
import Glibc

/// A program that gets each anchor on its standard input, without a shell in between.
package struct AnchorCommand: AnchorPlace {
    private let words: [String]
    private let environment: [String: String]
    private let seconds: Int

    /// - Parameters:
    ///   - words: the program and its arguments.
    ///   - environment: all of its environment.
    ///   - seconds: how long it may take; then it is ended, with all that it started.
    package init(words: [String], environment: [String: String], seconds: Int = 30) {
        self.words = words
        self.environment = environment
        self.seconds = seconds
    }

    package var description: String { "the command \(words.first ?? "")" }

    package func put(_ anchor: AuditAnchor) async throws(AnchorFailure) {
        // A thread of its own: it waits for the program, and the program dies with it.
        let result = try? await WorkerThread.value(name: "audit-anchor") {
            Result { () throws(AnchorFailure) in try run(anchor.line + "\n") }
        }
        guard let result else { throw AnchorFailure("cannot run \(description): there is no thread to be had") }
        try result.get()
    }

    private func run(_ input: String) throws(AnchorFailure) {
        var pid: pid_t = 0
        var (standardInput, standardOutput, standardError): (Int32, Int32, Int32) = (-1, -1, -1)
        var (argv, envp) = (words.map { strdup($0) }, environment.map { strdup("\($0.key)=\($0.value)") })
        argv.append(nil)
        envp.append(nil)
        defer { for text in argv + envp { free(text) } }
        let code = argv.withUnsafeBufferPointer { argv in
            envp.withUnsafeBufferPointer { envp in
                argv.withMemoryRebound(to: UnsafePointer<CChar>?.self) { argv in
                    envp.withMemoryRebound(to: UnsafePointer<CChar>?.self) { envp in
                        peta_spawn(argv.baseAddress, envp.baseAddress, nil, &pid, &standardInput, &standardOutput, &standardError)
                    }
                }
            }
        }
        guard code == 0 else { throw AnchorFailure("cannot run \(words.first ?? ""): \(String(cString: strerror(code)))") }
        // Smaller than a pipe's room, so this does not wait. A program that does not read it ends it with EPIPE, which is its business.
        _ = write(standardInput, input, input.utf8.count)
        close(standardInput)
        let (status, said) = wait(pid, standardOutput, standardError)
        close(standardOutput)
        close(standardError)
        guard let status else { throw AnchorFailure("\(description) took longer than \(seconds) s and was ended") }
        let exit = status & 0x7F
        guard exit == 0, (status >> 8) & 0xFF == 0 else {
            let how = exit == 0 ? "ended with exit code \((status >> 8) & 0xFF)" : "was ended by signal \(exit)"
            throw AnchorFailure("\(description) \(how)" + (said.isEmpty ? "" : ": \(said)"))
        }
    }

    /// Reads what it says, so that it does not stand still, until it ends. Nil: it did not in time, and was ended.
    private func wait(_ pid: pid_t, _ output: Int32, _ errors: Int32) -> (status: Int32?, said: String) {
        let end = MonotonicTime.now().after(milliseconds: seconds * 1000)
        let process = peta_pidfd(pid)
        defer { if process >= 0 { close(process) } }
        var said: [UInt8] = []
        var open: [Int32] = [output, errors]
        var room = [UInt8](repeating: 0, count: 4096)
        var status: Int32 = 0
        // Waits so long for something to read, and reads once what is there. False: nothing is.
        func read(waiting milliseconds: Int32, with others: [Int32]) -> Bool {
            var polled = (open + others).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return false }
            for entry in polled where open.contains(entry.fd) && entry.revents != 0 {
                let count = Glibc.read(entry.fd, &room, room.count)
                if count <= 0 {
                    open.removeAll { $0 == entry.fd }
                } else if entry.fd == errors {
                    said = (said + room.prefix(count)).suffix(4096)
                }
            }
            return true
        }
        while true {
            if peta_reap(pid, &status) == 1 {
                // What it left behind in its group goes too.
                kill(-pid, SIGKILL)
                // Its last words may lie in the pipe still, and they tell why it failed. Whoever left its group may hold the pipe
                // open and go on writing: no more is read than a pipe holds.
                var reads = 0
                while reads < 2 * 65536 / room.count, read(waiting: 0, with: []) { reads += 1 }
                return (status, Self.line(said))
            }
            let left = (end.nanoseconds - MonotonicTime.now().nanoseconds) / 1_000_000
            guard left > 0 else { break }
            // Without a descriptor of the process, it is looked for now and then.
            _ = read(waiting: Int32(min(left, process >= 0 ? 1000 : 20)), with: process >= 0 ? [process] : [])
        }
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        while peta_reap(pid, &status) == 0 { usleep(1000) }
        return (nil, "")
    }

    /// The last line that it said, cut, what is not printable left out.
    private static func line(_ bytes: [UInt8]) -> String {
        let last = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last ?? ""
        return String(last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(200).map(Character.init))
    }
}
