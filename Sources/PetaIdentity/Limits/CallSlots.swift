import Synchronization

/// How many calls of one user are under way, on all loops together.
package final class CallSlots: Sendable {
    private let taken = Atomic<Int>(0)

    /// None is under way.
    package init() {}

    /// Takes a place. False: all are taken. Whoever got one gives it back once.
    package func enter(limit: Int) -> Bool {
        guard taken.wrappingAdd(1, ordering: .relaxed).newValue > limit else { return true }
        taken.wrappingSubtract(1, ordering: .relaxed)
        return false
    }

    /// Gives a place back.
    package func leave() { taken.wrappingSubtract(1, ordering: .relaxed) }

    /// Places that are taken.
    package var count: Int { taken.load(ordering: .relaxed) }
}
