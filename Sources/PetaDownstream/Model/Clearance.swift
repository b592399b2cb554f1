/// Leave to send one request of a client to a server. Only the gateway's seam makes one, after it has decided and
/// after the intent is where `kill -9` cannot lose it; nothing of a client reaches a server without it.
package struct Clearance: ~Copyable {
    /// Slot of the intent in its lane.
    package let intent: Int32

    /// To be called by the seam alone; a test holds every caller to that.
    package init(intent: Int32) { self.intent = intent }
}
