/// Runs one piece of work after another.
actor OneAtATime {
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func run(_ work: @Sendable () async -> Void) async {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
        await work()
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}
