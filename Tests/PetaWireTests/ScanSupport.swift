import Foundation
import PetaWire
import TestRandom

/// A message with what the scanner made of it.
struct Scanned {
    let bytes: [UInt8]
    let scan: MessageScan

    init(_ bytes: [UInt8], depthLimit: Int = 64) throws(ScanFailure) {
        self.bytes = bytes
        scan = try bytes.withUnsafeBytes { buffer -> Result<MessageScan, ScanFailure> in
            do throws(ScanFailure) { return .success(try MessageScan(buffer, depthLimit: depthLimit)) } catch { return .failure(error) }
        }.get()
    }

    init(_ text: String, depthLimit: Int = 64) throws(ScanFailure) { try self.init(Array(text.utf8), depthLimit: depthLimit) }

    /// The bytes of a range as text.
    subscript(_ range: ByteRange) -> String { String(decoding: bytes[range.lower..<range.upper], as: UTF8.self) }
}

/// Why the scanner does not take a text; nil if it does.
func refusal(_ text: String, depthLimit: Int = 64) -> ScanFailure? { refusal(Array(text.utf8), depthLimit: depthLimit) }

/// Why the scanner does not take these bytes; nil if it does.
func refusal(_ bytes: [UInt8], depthLimit: Int = 64) -> ScanFailure? {
    do throws(ScanFailure) {
        _ = try Scanned(bytes, depthLimit: depthLimit)
        return nil
    } catch { return error }
}

/// Memory whose last byte stands before a page that must not be touched: a read past the end ends the test process.
final class GuardedMemory {
    private let base: UnsafeMutableRawPointer
    private let room: Int
    private let page: Int

    init(capacity: Int) throws {
        page = sysconf(Int32(_SC_PAGESIZE))
        room = (capacity + page - 1) / page * page
        let mapped = mmap(nil, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED, mprotect(mapped + room, page, PROT_NONE) == 0 else {
            throw POSIXError(.ENOMEM)
        }
        base = mapped
    }

    deinit { munmap(base, room + page) }

    /// Runs `body` with the bytes at the very end of the memory; what does not fit is cut off.
    @discardableResult func with<R>(_ bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let count = min(bytes.count, room)
        let place = UnsafeMutableRawBufferPointer(start: base + room - count, count: count)
        place.copyBytes(from: bytes.prefix(count))
        return try body(UnsafeRawBufferPointer(place))
    }
}

/// Changes of a text as an attacker or a broken peer would make them.
enum Mutation {
    static func apply(_ text: inout [UInt8], tokens: [String], others: [[UInt8]], _ random: inout SplitMix) {
        guard !text.isEmpty else { return }
        let place = random.below(text.count)
        switch random.below(9) {
        case 0: text[place] ^= 1 << UInt8(random.below(8))
        case 1: text[place] = UInt8(random.below(256))
        case 2: text.remove(at: place)
        case 3, 4: text.insert(contentsOf: Array(random.pick(tokens).utf8), at: place)
        case 5: text.removeSubrange(place...)
        case 6: text.swapAt(place, random.below(text.count))
        case 7:
            let other = random.pick(others)
            guard !other.isEmpty else { return }
            let start = random.below(other.count)
            text.insert(contentsOf: other[start..<min(other.count, start + random.below(24))], at: place)
        default: text.removeSubrange(place..<min(text.count, place + random.below(8)))
        }
    }
}

/// The files of a folder of `Seeds/`, in the order of their names.
func seeds(in folder: String) throws -> [[UInt8]] {
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Seeds/\(folder)")
        .resolvingSymlinksInPath()
    return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
        .filter { !$0.lastPathComponent.hasPrefix(".") }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { Array(try Data(contentsOf: $0)) }
}
