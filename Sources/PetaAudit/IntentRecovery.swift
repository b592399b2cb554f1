import Glibc
import Logging

/// Reads what a run that died left in its intent ring.
///
/// The file is what some earlier process, or nobody knows who, left there: nothing in it is believed.
struct IntentRecovery {
    /// What is owed to the log: first the records of calls that had ended, then the calls that were on their way, as records with the
    /// outcome `stopped`. A call can be among both: its record counts.
    var owed: [AuditRecord] { records + intents }
    private var records: [AuditRecord] = []
    private var intents: [AuditRecord] = []
    /// The last record of the log when that run began.
    private(set) var headAtBoot: Int64 = 0

    /// Reads the ring; a file that is not there or not a ring gives nothing, the latter with a warning.
    init(path: String, logger: Logger) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno != ENOENT { logger.warning("the intent ring cannot be read", metadata: ["path": "\(path)", "errno": "\(errno)"]) }
            return
        }
        defer { close(file) }
        guard let header = Self.header(file) else {
            logger.warning("the intent ring is not one that this version understands; it is replaced", metadata: ["path": "\(path)"])
            return
        }
        headAtBoot = header.headAtBoot
        read(file, lanes: Int(header.lanes), logger)
    }

    private static func header(_ file: Int32) -> IntentRing.Header? {
        var header = IntentRing.Header(lanes: 0, headAtBoot: 0, bootID: (0, 0))
        let wanted = MemoryLayout<IntentRing.Header>.size
        guard withUnsafeMutableBytes(of: &header, { pread(file, $0.baseAddress, wanted, 0) }) == wanted,
            header.magic == IntentRing.magic, header.version == IntentRing.version,
            (1...UInt32(IntentRing.greatestLaneCount)).contains(header.lanes)
        else { return nil }
        return header
    }

    /// One lane at a time; a file that is too short just ends early.
    private mutating func read(_ file: Int32, lanes: Int, _ logger: Logger) {
        let size = IntentRing.slotsPerLane * IntentRing.slotSize
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { buffer.deallocate() }
        for lane in 0..<lanes {
            let count = Self.fill(buffer, file, from: IntentRing.offset(lane: lane, slot: 0))
            for slot in 0..<count / IntentRing.slotSize {
                let start = slot * IntentRing.slotSize
                let state = buffer.load(fromByteOffset: start, as: UInt32.self)
                if state == 0 { continue }
                let length = state & ~IntentRing.finished
                guard length <= IntentRing.capacity, var record = Self.record(buffer, at: start + 4, count: Int(length)) else {
                    logger.warning("an intent cannot be read and is passed over", metadata: ["lane": "\(lane)", "slot": "\(slot)"])
                    continue
                }
                if state != length {
                    records.append(record)
                } else {
                    record.outcome = .stopped
                    intents.append(record)
                }
            }
        }
    }

    private static func record(_ buffer: UnsafeMutableRawBufferPointer, at start: Int, count: Int) -> AuditRecord? {
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]).bindMemory(to: UInt8.self)
        return try? AuditRecord(bytes: bytes)
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, _ file: Int32, from offset: Int) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(file, buffer.baseAddress.map { $0 + done }, buffer.count - done, offset + done)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            done += count
        }
        return done
    }
}
