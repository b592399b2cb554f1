import Glibc
import Synchronization

/// The file in which calls leave a trace before they are forwarded, so that `kill -9` cannot make them unrecorded.
///
/// It is mapped shared: what is stored belongs to the kernel at once and survives the process, though not a power failure.
/// Layout in native byte order: one page of header, then for each lane 2048 slots of 1024 bytes. A slot is a state word,
/// 0 when free and else the length of what follows, and a whole audit record as JSON. The word's highest bit tells the record of a
/// call that has ended from the intent of one that is on its way.
// Sendable: the mapping never moves; each slot is written by the owner of its lane alone.
final class IntentRing: @unchecked Sendable {
    static let slotsPerLane = 2048
    /// Slots of a lane that records of ended calls leave to intents.
    static let reserved = 1024
    static let slotSize = 1024
    static let headerSize = 4096
    /// The longest record that a slot holds, in bytes.
    static let capacity = slotSize - MemoryLayout<UInt32>.size
    static let greatestLaneCount = 256
    /// In the state word: what stands here is a record, not an intent.
    static let finished: UInt32 = 1 << 31
    static let magic: UInt64 = 0x3130_474e_4952_4150  // "PARING01"
    static let version: UInt32 = 2

    struct Header: BitwiseCopyable {
        var magic = IntentRing.magic
        var version = IntentRing.version
        var lanes: UInt32
        /// The last record when this run began: what ran under this ring is recorded after it, or not at all.
        var headAtBoot: Int64
        /// Random, to tell runs apart.
        var bootID: (UInt64, UInt64)
    }

    private let base: UnsafeMutableRawPointer
    private let size: Int

    /// Makes a new, empty ring and puts it in the place of the one that was there.
    ///
    /// All of its blocks are allocated here: a full disk must fail now, not as SIGBUS while a call runs.
    /// - Throws: ``IntentRingError``.
    init(path: String, lanes: Int, headAtBoot: Int64) throws {
        precondition((1...Self.greatestLaneCount).contains(lanes), "1 to 256 lanes")
        size = Self.headerSize + lanes * Self.slotsPerLane * Self.slotSize
        let fresh = path + ".new"
        unlink(fresh)
        let file = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw IntentRingError(path: fresh, call: "create", code: errno) }
        defer { close(file) }
        let allocated = posix_fallocate(file, 0, size)
        guard allocated == 0 else { throw IntentRingError(path: fresh, call: "allocate", code: allocated) }
        guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), base != MAP_FAILED else {
            throw IntentRingError(path: fresh, call: "map", code: errno)
        }
        self.base = base
        // Touches every page now rather than on somebody's first call.
        base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        var random = SystemRandomNumberGenerator()
        let header = Header(lanes: UInt32(lanes), headAtBoot: headAtBoot, bootID: (random.next(), random.next()))
        base.storeBytes(of: header, as: Header.self)
        guard rename(fresh, path) == 0 else { throw IntentRingError(path: path, call: "replace", code: errno) }
    }

    deinit { munmap(base, size) }

    /// The first byte of a slot's content.
    @inline(__always)
    func content(lane: Int, slot: Int) -> UnsafeMutableRawPointer {
        base + Self.offset(lane: lane, slot: slot) + MemoryLayout<UInt32>.size
    }

    /// Writes the state word, after everything that was written before.
    @inline(__always)
    func setState(_ value: UInt32, lane: Int, slot: Int) {
        word(lane, slot).pointee.store(value, ordering: .releasing)
    }

    /// Reads the state word.
    @inline(__always)
    func state(lane: Int, slot: Int) -> UInt32 {
        word(lane, slot).pointee.load(ordering: .acquiring)
    }

    static func offset(lane: Int, slot: Int) -> Int {
        headerSize + (lane * slotsPerLane + slot) * slotSize
    }

    /// The mapping is page-aligned and slots are multiples of 1024 bytes, so that the word is aligned; an atomic has the layout
    /// of its value.
    @inline(__always)
    private func word(_ lane: Int, _ slot: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        (base + Self.offset(lane: lane, slot: slot)).assumingMemoryBound(to: Atomic<UInt32>.self)
    }
}
