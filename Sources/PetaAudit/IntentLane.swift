/// A record that stands in the journal and is still to be committed.
package struct Journaled {
    /// The slot to release when it is committed.
    package let slot: Int32
    let time: Int64
    /// The record as it stands in the slot; valid until that is released.
    let json: UnsafeRawBufferPointer
}

/// One thread's part of the intent ring: puts a call down before it is forwarded and its record when it has ended, and clears both
/// when the record is committed.
///
/// No locks: one owner, which is one thread or one event loop.
// Sendable so that it can be handed to its owner; see above.
package final class IntentLane: @unchecked Sendable {
    /// The longest record that fits, in bytes. Cut what is long (error, client name) before.
    package static let capacity = IntentRing.capacity

    /// How many slots it has.
    package static let slots = IntentRing.slotsPerLane

    private let ring: IntentRing
    private let index: Int
    /// The last one released is used first: few pages stay warm instead of all of them becoming so.
    private var free: ContiguousArray<Int32>

    init(ring: IntentRing, index: Int) {
        self.ring = ring
        self.index = index
        free = ContiguousArray((0..<Int32(IntentRing.slotsPerLane)).reversed())
    }

    /// How many slots are in use.
    package var used: Int { IntentRing.slotsPerLane - free.count }

    /// Puts down the record as it should stand in the log if the process died now. Returns the slot to release, or nil when
    /// the lane is full or the record too long: then the call must not be forwarded unrecorded.
    package func claim(_ json: UnsafeRawBufferPointer) -> Int32? {
        guard let bytes = json.baseAddress, json.count <= IntentRing.capacity, json.count > 0, let slot = free.popLast() else {
            return nil
        }
        ring.content(lane: index, slot: Int(slot)).copyMemory(from: bytes, byteCount: json.count)
        ring.setState(UInt32(truncatingIfNeeded: json.count), lane: index, slot: Int(slot))
        return slot
    }

    /// As ``claim(_:)-(UnsafeRawBufferPointer)``, encoding the record into the slot itself.
    package func claim(_ record: AuditRecord) -> Int32? { put(record, flag: 0)?.slot }

    /// Writes down a call's whole record: a process that dies from here on leaves it, not its intent, whose slot is released. Nil
    /// when so many wait for their commit that new calls need the room, or the record is too long: then the answer must wait.
    package func journal(_ record: AuditRecord, instead intent: Int32) -> Journaled? {
        guard free.count > IntentRing.reserved, let written = put(record, flag: IntentRing.finished) else { return nil }
        release(intent)
        return written
    }

    private func put(_ record: AuditRecord, flag: UInt32) -> Journaled? {
        guard let slot = free.last else { return nil }
        let room = UnsafeMutableRawBufferPointer(start: ring.content(lane: index, slot: Int(slot)), count: IntentRing.capacity)
        guard let count = record.encode(to: room) else { return nil }
        free.removeLast()
        ring.setState(UInt32(truncatingIfNeeded: count) | flag, lane: index, slot: Int(slot))
        return Journaled(slot: slot, time: record.time, json: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count]))
    }

    /// Clears a slot that ``claim(_:)-(UnsafeRawBufferPointer)`` gave. Do it when the call's record is committed, not when that
    /// failed: then when the batch's `written` is called. A slot that is free already is left alone.
    package func release(_ slot: Int32) {
        guard (0..<Int32(IntentRing.slotsPerLane)).contains(slot), ring.state(lane: index, slot: Int(slot)) != 0 else { return }
        ring.setState(0, lane: index, slot: Int(slot))
        free.append(slot)
    }
}
