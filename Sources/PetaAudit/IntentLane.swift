/// One thread's part of the intent ring: puts a call down before it is forwarded, and clears it when its record is committed.
///
/// No locks: one owner, which is one thread or one event loop.
// Sendable so that it can be handed to its owner; see above.
package final class IntentLane: @unchecked Sendable {
    /// The longest record that fits, in bytes. Cut what is long (error, client name) before.
    package static let capacity = IntentRing.capacity

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
    package func claim(_ record: AuditRecord) -> Int32? {
        guard let slot = free.last else { return nil }
        let room = UnsafeMutableRawBufferPointer(start: ring.content(lane: index, slot: Int(slot)), count: IntentRing.capacity)
        guard let count = record.encode(to: room) else { return nil }
        free.removeLast()
        ring.setState(UInt32(truncatingIfNeeded: count), lane: index, slot: Int(slot))
        return slot
    }

    /// Clears a slot that ``claim(_:)-(UnsafeRawBufferPointer)`` gave. Do it when the call's record is committed, not when that
    /// failed: then when the batch's `written` is called. A slot that is free already is left alone.
    package func release(_ slot: Int32) {
        guard (0..<Int32(IntentRing.slotsPerLane)).contains(slot), ring.state(lane: index, slot: Int(slot)) != 0 else { return }
        ring.setState(0, lane: index, slot: Int(slot))
        free.append(slot)
    }
}
