import Foundation

/// What a child has printed on one stream so far. A thread of its own reads until the end, so that the child never
/// blocks on a full pipe.
package final class CapturedOutput: @unchecked Sendable {  // safe: every access to the two variables holds the condition's lock
    private let condition = NSCondition()
    private var collected: [UInt8] = []
    private var ended = false

    /// Takes over the descriptor.
    init(reading descriptor: Int32) {
        Thread.detachNewThread {
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = Glibc.read(descriptor, &chunk, chunk.count)
                if count < 0 && errno == EINTR { continue }
                self.condition.lock()
                if count > 0 { self.collected.append(contentsOf: chunk[..<count]) } else { self.ended = true }
                self.condition.broadcast()
                self.condition.unlock()
                if count <= 0 { break }
            }
            close(descriptor)
        }
    }

    /// All bytes so far.
    package var bytes: [UInt8] {
        condition.withLock { collected }
    }

    /// All text so far.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// All whole lines so far.
    package var lines: [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeLast()
        return lines
    }

    /// The first line that holds the text, once it is there.
    package func line(containing part: String, within seconds: Double = patience) throws -> String {
        var found: String?
        try wait("a line with '\(part)'", seconds) {
            found = lines(of: collected).first { $0.contains(part) }
            return found != nil
        }
        return found ?? ""
    }

    /// The line of this number, from 0, once it is there.
    package func line(_ number: Int, within seconds: Double = patience) throws -> String {
        var found: String?
        try wait("line \(number)", seconds) {
            let all = lines(of: collected)
            found = all.indices.contains(number) ? all[number] : nil
            return found != nil
        }
        return found ?? ""
    }

    /// Waits until the stream has ended.
    package func end(within seconds: Double = patience) throws {
        try wait("the end of the stream", seconds) { ended }
    }

    private func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { String(decoding: $0, as: UTF8.self) }
    }

    private func wait(_ what: String, _ seconds: Double, until condition: () -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        self.condition.lock()
        defer { self.condition.unlock() }
        while !condition() {
            if ended && !condition() {
                throw TestFailure("the stream ended without \(what): \(String(decoding: collected.suffix(2000), as: UTF8.self))")
            }
            guard self.condition.wait(until: deadline) else {
                throw TestFailure("not within \(seconds) s: \(what); so far: \(String(decoding: collected.suffix(2000), as: UTF8.self))")
            }
        }
    }
}
