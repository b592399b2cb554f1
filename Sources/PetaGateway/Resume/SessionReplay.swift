/// Puts sessions together again from the entries of a journal, in the order in which they were written.
package struct SessionReplay: Sendable {
    /// A session as it was.
    package struct Found: Sendable {
        package var image: SessionImage
        package var log = StreamLog()
    }

    /// By their numbers in the file. Those that ended are gone.
    package private(set) var sessions: [UInt64: Found] = [:]
    private let limits: StreamLimits

    package init(_ limits: StreamLimits) { self.limits = limits }

    /// Takes in the next entry. One about a session that is not known says nothing.
    package mutating func apply(_ entry: SessionEntry) {
        if case .session(let number, let image) = entry {
            sessions[number] = Found(image: image)
            return
        }
        // Taken out while it changes, so that nothing is copied.
        guard var found = sessions.removeValue(forKey: entry.session) else { return }
        switch entry {
        case .session, .ended: return
        case .stream(_, let stream): found.log.restore(stream)
        case .progress(_, let sent, let next): found.log.restore(sent: sent, nextNumber: next)
        case .event(_, let id, let message, let time, let isSent): found.log.restore(id, message, at: time, isSent: isSent, limits)
        case .held(_, let id, let message, let time): found.log.restore(held: id, message, at: time, limits)
        case .closed(_, let stream): found.log.close(stream)
        case .kept(_, let kept): found.image.kept = kept
        }
        sessions[entry.session] = found
    }
}
