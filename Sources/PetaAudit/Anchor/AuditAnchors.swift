package import Logging
import Synchronization

/// Says at intervals, and when the gateway stops, where the log ends, in the places that are configured.
package final class AuditAnchors: Sendable {
    /// How it stands with one place.
    package struct Standing: Sendable, Equatable {
        package let place: String
        /// What was put there last; nil: nothing since the start.
        package var last: AuditAnchor?
        /// Why the last try failed; nil: it worked.
        package var failure: String?

        package init(place: String, last: AuditAnchor? = nil, failure: String? = nil) {
            self.place = place
            self.last = last
            self.failure = failure
        }
    }

    private let log: AuditLog
    private let places: [any AnchorPlace]
    private let file: AnchorFile?
    private let interval: Duration
    private let clocks: AuditClocks
    private let logger: Logger
    private let state: Mutex<(standings: [Standing], contradiction: String?)>
    private let gate = OneAtATime()

    /// - Parameter file: the place among `places` that can be read again: it is compared with the log at the start.
    package init(
        log: AuditLog, places: [any AnchorPlace], file: AnchorFile?, interval: Duration, clocks: AuditClocks = .system, logger: Logger
    ) {
        self.log = log
        self.places = places
        self.file = file
        self.interval = interval
        self.clocks = clocks
        self.logger = logger
        state = Mutex((places.map { Standing(place: $0.description) }, nil))
    }

    package var standings: [Standing] { state.withLock { $0.standings } }

    /// What an operator should know; empty when all is well.
    package var problems: [String] {
        state.withLock { state in
            (state.contradiction.map { [$0] } ?? [])
                + state.standings.compactMap { $0.failure.map { "the audit's end cannot be anchored: \($0)" } }
        }
    }

    /// Puts anchors until the task is cancelled.
    package func run() async {
        guard !places.isEmpty else { return }
        await compare()
        while !Task.isCancelled {
            await put()
            try? await Task.sleep(for: interval)
        }
    }

    /// Puts the present end wherever it is not yet; with `always` also where it is.
    @discardableResult
    package func put(always: Bool = false) async -> [Standing] {
        await gate.run {
            guard let anchor = try? await log.anchor(at: clocks.wall()) else { return }
            for (index, place) in places.enumerated() {
                let before = state.withLock { $0.standings[index] }
                if !always, before.failure == nil, before.last?.seq == anchor.seq { continue }
                let failure: AnchorFailure?
                do throws(AnchorFailure) {
                    try await place.put(anchor)
                    failure = nil
                } catch {
                    failure = error
                }
                if let failure, before.failure == nil {
                    logger.error("the audit's end could not be anchored", metadata: ["error": "\(failure)"])
                } else if failure == nil, before.failure != nil {
                    logger.notice("the audit's end can be anchored again", metadata: ["place": "\(place.description)"])
                }
                state.withLock { state in
                    state.standings[index].failure = failure?.description
                    if failure == nil { state.standings[index].last = anchor }
                }
            }
        }
        return standings
    }

    /// What an earlier run said last must still be so. The file then keeps both, since it is only added to.
    private func compare() async {
        guard let newest = file?.newest(), let check = try? await log.compare(with: [newest]), let bad = check.bad else { return }
        let what =
            switch bad.reason {
            case .tailCut: "the audit ends before record \(newest.seq), which was its end at \(Timestamp.text(newest.time))"
            case .rewritten: "record \(newest.seq) of the audit is not the one that was its end at \(Timestamp.text(newest.time))"
            case .foreign: "the last anchor in the file is not of this audit"
            }
        logger.critical("the audit contradicts its anchor", metadata: ["detail": "\(what)"])
        state.withLock { $0.contradiction = what + ": see 'peta audit verify --anchor FILE'" }
    }
}
