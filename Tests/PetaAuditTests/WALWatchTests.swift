import PetaAudit
import Testing

@Suite("When to checkpoint")
struct WALWatchTests {
    private let watch = WALWatch()
    private let step = WALWatch.step
    private let limit = WALWatch.limit

    @Test("a checkpoint is due each time the log grew by a step")
    func steps() {
        watch.committed(pages: step - 1)
        #expect(!watch.isDue)
        watch.committed(pages: step)
        #expect(watch.isDue)
        watch.checkpointed(total: step, done: step / 2)
        #expect(!watch.isDue)
        watch.committed(pages: 2 * step)
        #expect(watch.isDue)
        #expect(!watch.takeFinishDue())
    }

    @Test("a log that began anew is counted anew")
    func anew() {
        watch.committed(pages: 5 * step)
        watch.checkpointed(total: 5 * step, done: 5 * step)
        watch.committed(pages: 3)
        #expect(!watch.isDue)
        watch.committed(pages: step)
        #expect(watch.isDue)
    }

    @Test("a checkpoint that could not run is tried again after another step, not at once")
    func busy() {
        watch.committed(pages: step)
        watch.checkpointed(total: -1, done: -1)
        #expect(!watch.isDue)
        watch.committed(pages: 2 * step)
        #expect(watch.isDue)
    }

    @Test("above the limit the writer finishes what is left, asked once")
    func finish() {
        watch.committed(pages: limit + 10)
        watch.checkpointed(total: limit, done: limit)
        #expect(watch.takeFinishDue())
        #expect(!watch.takeFinishDue())
    }

    @Test("while a reader holds the log back, the writer tries once for each step, not at each commit")
    func heldBack() {
        watch.committed(pages: limit + 10)
        watch.checkpointed(total: limit + 10, done: 5)
        #expect(watch.takeFinishDue())
        watch.checkpointed(total: limit + 10, done: 5, byWriter: true)
        watch.committed(pages: limit + 20)
        #expect(!watch.takeFinishDue())
        #expect(!watch.isDue)
        watch.committed(pages: limit + 10 + step)
        #expect(watch.isDue)
    }

    @Test("a log above the limit that is wholly moved begins anew by itself")
    func complete() {
        watch.committed(pages: limit + 10)
        watch.checkpointed(total: limit + 10, done: limit + 10)
        #expect(!watch.takeFinishDue())
        #expect(!watch.isDue)
    }
}
