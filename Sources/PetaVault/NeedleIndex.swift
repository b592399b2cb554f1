import Glibc
import PetaCrypto

/// Finds any of several byte strings in a text, reading only a part of the text when nothing is there.
///
/// Wu and Manber's search on blocks of two bytes: a table says for the last two bytes of a window how far the window may
/// move on. The window is as long as the shortest needle. The next step waits for the table, so long texts are
/// searched by four windows at once, each in its quarter: the processor overlaps their waits.
package final class NeedleIndex: Sendable {
    private static let tableSize = 1 << 13
    /// Shorter texts are done before four windows would pay.
    private static let splitFrom = 1024

    /// Length of the longest needle.
    let longest: Int
    /// Which secret each needle is a form of.
    let owners: [Int]

    private let needles: SecretBytes
    private let starts: [Int]
    private let window: Int
    private let shifts: [UInt8]
    /// The needles whose window ends in a block: `members[buckets[block] ..< buckets[block + 1]]`.
    private let buckets: [Int32]
    private let members: [Int32]

    /// - Parameter secrets: with at least one form in all, each of two bytes or more. The index takes copies.
    package init(_ secrets: [SecretForms]) {
        owners = secrets.indices.flatMap { owner in secrets[owner].all.map { _ in owner } }
        let lengths = secrets.flatMap { $0.all.map(\.count) }
        longest = lengths.max() ?? 0
        starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let window = min(255, lengths.min() ?? 0)
        precondition(window >= 2, "a needle has at least two bytes")
        self.window = window
        var shifts = [UInt8](repeating: UInt8(window - 1), count: Self.tableSize)
        var ends: [[Int32]] = Array(repeating: [], count: Self.tableSize)
        var number = 0
        let starts = starts
        needles = SecretBytes(count: starts[starts.count - 1]) { out in
            for secret in secrets {
                for form in secret.all {
                    UnsafeMutableRawBufferPointer(rebasing: out[starts[number]...]).copyBytes(from: form)
                    for end in 1..<window {
                        let block = Self.block(form[end - 1], form[end])
                        shifts[block] = min(shifts[block], UInt8(window - 1 - end))
                        if end == window - 1 { ends[block].append(Int32(number)) }
                    }
                    number += 1
                }
            }
        }
        self.shifts = shifts
        var buckets: [Int32] = [0]
        for end in ends { buckets.append(buckets[buckets.count - 1] + Int32(end.count)) }
        self.buckets = buckets
        members = ends.flatMap { $0 }
    }

    /// Calls `found` with start and needle of every occurrence, also of overlapping ones, in no particular order,
    /// until it returns false.
    package func search(_ text: UnsafeRawBufferPointer, found: (Int, Int) -> Bool) {
        guard text.count >= window, let base = text.baseAddress else { return }
        needles.withUnsafeBytes { needles in
            shifts.withUnsafeBufferPointer { shifts in
                guard let shifts = shifts.baseAddress, let needles = needles.baseAddress else { return }
                scan(Text(base: base, count: text.count, needles: needles, shifts: shifts), found)
            }
        }
    }

    private struct Text {
        let base: UnsafeRawPointer
        let count: Int
        let needles: UnsafeRawPointer
        let shifts: UnsafePointer<UInt8>

        /// How far the window that ends at `end` may move; 0 when it must be looked at.
        @inline(__always)
        func shift(_ end: Int) -> Int {
            let block = NeedleIndex.block(
                base.load(fromByteOffset: end &- 1, as: UInt8.self), base.load(fromByteOffset: end, as: UInt8.self))
            return Int(shifts[block])
        }
    }

    @inline(__always)
    private static func block(_ a: UInt8, _ b: UInt8) -> Int {
        Int((UInt32(a) &+ (UInt32(b) &<< 5)) & UInt32(tableSize &- 1))
    }

    private func scan(_ text: Text, _ found: (Int, Int) -> Bool) {
        let first = window - 1
        guard text.count >= Self.splitFrom else {
            _ = scan(text, from: first, to: text.count, found)
            return
        }
        let quarter = (text.count - first) / 4
        var (a, b, c, d) = (first, first + quarter, first + 2 * quarter, first + 3 * quarter)
        let (endA, endB, endC, endD) = (b, c, d, text.count)
        while a < endA, b < endB, c < endC, d < endD {
            let (moveA, moveB, moveC, moveD) = (text.shift(a), text.shift(b), text.shift(c), text.shift(d))
            // Only a zero makes one of the differences negative.
            if (moveA &- 1) | (moveB &- 1) | (moveC &- 1) | (moveD &- 1) < 0 {
                if moveA == 0, !look(text, a, found) { return }
                if moveB == 0, !look(text, b, found) { return }
                if moveC == 0, !look(text, c, found) { return }
                if moveD == 0, !look(text, d, found) { return }
                a &+= max(1, moveA)
                b &+= max(1, moveB)
                c &+= max(1, moveC)
                d &+= max(1, moveD)
            } else {
                a &+= moveA
                b &+= moveB
                c &+= moveC
                d &+= moveD
            }
        }
        _ =
            scan(text, from: a, to: endA, found) && scan(text, from: b, to: endB, found)
            && scan(text, from: c, to: endC, found) && scan(text, from: d, to: endD, found)
    }

    private func scan(_ text: Text, from: Int, to: Int, _ found: (Int, Int) -> Bool) -> Bool {
        var end = from
        while end < to {
            let move = text.shift(end)
            if move == 0 {
                guard look(text, end, found) else { return false }
                end &+= 1
            } else {
                end &+= move
            }
        }
        return true
    }

    /// Compares the needles that may have their window end at `end`.
    @inline(never)
    private func look(_ text: Text, _ end: Int, _ found: (Int, Int) -> Bool) -> Bool {
        let start = end - window + 1
        let block = Self.block(text.base.load(fromByteOffset: end - 1, as: UInt8.self), text.base.load(fromByteOffset: end, as: UInt8.self))
        for member in buckets[block]..<buckets[block + 1] {
            let needle = Int(members[Int(member)])
            let length = starts[needle + 1] - starts[needle]
            guard start + length <= text.count, equal(text.base + start, text.needles + starts[needle], length) else { continue }
            guard found(start, needle) else { return false }
        }
        return true
    }

    func length(_ needle: Int) -> Int { starts[needle + 1] - starts[needle] }

    @inline(__always)
    private func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
        memcmp(a, b, count) == 0
    }
}
