package import PetaAudit
internal import Synchronization

/// Records of requests that were refused because there were too many, or by the address list: whoever floods must not fill the disk, and
/// yet every refusal is counted. Of each source and reason the first refusal of ten minutes is recorded at once, and one more record
/// says at their end how many followed. Sources beyond the limit share one such pair for each reason.
package final class RefusalBook: Sendable {
    private struct Key: Hashable {
        let rule: String
        let source: String
    }
    private struct Page {
        let record: AuditRecord
        let began: UInt64
        var more = 0
    }
    private let pages = Mutex<[Key: Page]>([:])

    /// Seconds that are counted together, and the sources that are told apart in them: some 74,000 records in a day at most.
    package static let seconds: UInt64 = 600
    package static let limit = 256

    /// Nothing was refused yet.
    package init() {}

    /// Notes one refusal. Gives the record that is to be left at once, if it is.
    ///
    /// - Parameter now: seconds of any one clock.
    package func note(_ record: AuditRecord, source: String, now: UInt64) -> AuditRecord? {
        let rule = record.rule ?? ""
        return pages.withLock { pages in
            var key = Key(rule: rule, source: source)
            if pages[key] == nil, pages.count >= Self.limit { key = Key(rule: rule, source: "") }
            guard pages[key] == nil else {
                pages[key]?.more += 1
                return nil
            }
            var first = record
            if key.source.isEmpty { first.detail = "and others like it: there are too many sources to tell them apart" }
            pages[key] = Page(record: first, began: now)
            return first
        }
    }

    /// What followed on refusals whose time is over, as records to be left; `all`: also where it is not.
    package func due(now: UInt64, all: Bool = false) -> [AuditRecord] {
        pages.withLock { pages in
            var records: [AuditRecord] = []
            for (key, page) in pages where all || now >= page.began + Self.seconds {
                pages[key] = nil
                guard page.more > 0 else { continue }
                var record = page.record
                record.detail =
                    "\(page.more) more like it in the \(max(1, now - min(now, page.began))) seconds since request \(record.requestID ?? "")"
                records.append(record)
            }
            return records
        }
    }
}
