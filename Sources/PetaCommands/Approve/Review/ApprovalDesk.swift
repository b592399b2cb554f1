import Glibc
import PetaAdminAPI
import Synchronization

/// Carries decisions and questions to the gateway on a thread of its own, one after the other, and brings the answers.
final class ApprovalDesk {
    /// Readable when an answer is there.
    let descriptor: Int32
    private let thread: WorkThread
    private let tray = Tray()
    private var outstanding = 0

    private final class Tray: Sendable {
        let jobs = Mutex<[ReviewAction]>([])
        let answers = Mutex<[ReviewEvent.Answer]>([])
    }

    init(socket: String, command: String) throws(AdminError) {
        let pair = try SocketPair()
        descriptor = pair.near
        let end = pair.far
        let tray = tray
        thread = try WorkThread {
            while SocketPair.receive(end, most: 1) != nil {
                guard let job = tray.jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
                // A connection of its own: an idle one may have been closed, and a decision is not sent twice.
                let answer = Self.perform(job, AdminClient(socket: socket, command: command))
                if let answer { tray.answers.withLock { $0.append(answer) } }
                guard SocketPair.send([0], to: end) else { break }
            }
            close(end)
        }
    }

    /// Takes a job; the machine has at most a few under way.
    func submit(_ job: ReviewAction) {
        tray.jobs.withLock { $0.append(job) }
        outstanding += 1
        _ = SocketPair.send([0], to: descriptor)
    }

    /// The answers that came. Call it when the descriptor is readable.
    func read() -> [ReviewEvent] {
        guard let bytes = SocketPair.receive(descriptor) else { return [] }
        outstanding -= bytes.count
        return tray.answers.withLock { answers in
            defer { answers.removeAll() }
            return answers.map { .answered($0) }
        }
    }

    /// Ends; a request that is under way goes on without anyone who waits for it.
    func stop() {
        close(descriptor)
        thread.end(waiting: outstanding == 0)
    }

    private static func perform(_ job: ReviewAction, _ client: AdminClient) -> ReviewEvent.Answer? {
        switch job {
        case .decide(let id, let approve, let reason):
            let judgement = ApprovalJudgement(reason: reason, channel: "cli")
            do throws(AdminError) {
                return .decided(approve ? try client.allowApproval(id, judgement) : try client.denyApproval(id, judgement))
            } catch {
                return .undecided(id: id, error)
            }
        case .fetch(let id, let full):
            do throws(AdminError) {
                return .fetched(try client.approval(id, full: full), full: full)
            } catch {
                return .unfetched(id: id, error)
            }
        default: return nil
        }
    }
}
