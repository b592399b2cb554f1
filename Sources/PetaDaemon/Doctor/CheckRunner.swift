internal import Dispatch
internal import PetaAdminAPI
internal import Synchronization

/// One thing that is looked at.
struct DoctorCheck: Sendable {
    /// The word for what is looked at, where it cannot be looked at in time.
    let name: String
    let body: @Sendable () async throws -> [DoctorFinding]

    init(_ name: String, _ body: @escaping @Sendable () async throws -> [DoctorFinding]) {
        self.name = name
        self.body = body
    }

    /// A check that waits for the disk or for others: on a thread of its own, so that it keeps nobody.
    static func blocking(_ name: String, _ body: @escaping @Sendable () throws -> [DoctorFinding]) -> DoctorCheck {
        DoctorCheck(name) {
            try await withCheckedThrowingContinuation { done in
                DispatchQueue.global(qos: .utility).async { done.resume(with: Result { try body() }) }
            }
        }
    }
}

/// Runs checks side by side, each for a bounded time. One that hangs, as a disk can, is told of, and not begun again while it does.
final class CheckRunner: Sendable {
    private let hanging = Mutex<Set<String>>([])

    func run(_ checks: [DoctorCheck], milliseconds: Int?) async -> [DoctorFinding] {
        await withTaskGroup(of: (Int, [DoctorFinding]).self) { group in
            for (number, check) in checks.enumerated() {
                group.addTask { (number, await self.run(check, milliseconds)) }
            }
            var found: [(Int, [DoctorFinding])] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func run(_ check: DoctorCheck, _ milliseconds: Int?) async -> [DoctorFinding] {
        guard hanging.withLock({ $0.insert(check.name).inserted }) else {
            return [
                DoctorFinding(check.name, .failure, "the check that was begun before still hangs", remedy: "look at the disk: dmesg | tail")
            ]
        }
        return await withCheckedContinuation { done in
            let answer = Answer(done)
            // It ends by itself, or hangs and is remembered above: there is never more than one of a kind.
            Task {
                var found: [DoctorFinding]
                do { found = try await check.body() } catch { found = [Self.failed(check, error)] }
                _ = hanging.withLock { $0.remove(check.name) }
                answer.give(found)
            }
            guard let milliseconds else { return }
            DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
                answer.give([
                    DoctorFinding(
                        check.name, .warning, "not known: the check took more than \(milliseconds) ms", remedy: "peta doctor --full")
                ])
            }
        }
    }

    private static func failed(_ check: DoctorCheck, _ error: any Error) -> DoctorFinding {
        let (message, hint) = DoctorWords.words(of: error)
        return DoctorFinding(check.name, .failure, message, remedy: hint)
    }

    /// The first of two answers.
    private final class Answer: Sendable {
        private let waiting: Mutex<CheckedContinuation<[DoctorFinding], Never>?>

        init(_ done: CheckedContinuation<[DoctorFinding], Never>) { waiting = Mutex(done) }

        func give(_ found: [DoctorFinding]) {
            let done = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            done?.resume(returning: found)
        }
    }
}
