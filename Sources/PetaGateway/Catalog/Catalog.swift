internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire
internal import Synchronization

/// Everything that can be called and listed, immutable: made anew when a server or what it offers changes, and then
/// swapped on every loop.
final class Catalog: Sendable {
    /// All entries of one kind that one set of servers gives, cut into pages.
    final class View: Sendable {
        let kind: ListKind
        let keys: [String]
        let entries: [[UInt8]]
        /// Index of the first entry of each page, and the page's entries, joined.
        let pages: [(first: Int, bytes: ByteBuffer)]

        init(kind: ListKind, keys: [String], entries: [[UInt8]]) {
            self.kind = kind
            self.keys = keys
            self.entries = entries
            var pages: [(first: Int, bytes: ByteBuffer)] = []
            var from = 0
            repeat {
                let page = Self.page(entries, from)
                pages.append((from, page.bytes))
                from = page.next
            } while from < entries.count
            self.pages = pages
        }

        /// A page ends behind this many bytes or entries.
        static let pageBytes = 1 << 20
        static let pageEntries = 5000

        static func page(_ entries: [[UInt8]], _ from: Int) -> (bytes: ByteBuffer, next: Int) {
            var bytes = ByteBuffer()
            var i = from
            while i < entries.count, i - from < pageEntries, bytes.readableBytes < pageBytes {
                if i > from { bytes.writeInteger(UInt8(0x2C)) }
                bytes.writeBytes(entries[i])
                i += 1
            }
            return (bytes, i)
        }
    }

    private struct ViewKey: Hashable {
        let kind: ListKind
        let qualified: Bool
        let form: ListForm
        let sight: Sight
    }

    let listings: [ServerListing]
    let tools: ByteTable<Target>
    let prompts: ByteTable<Target>
    private let indexes: [String: Int]
    private let legacyTasks: Bool
    private let modernTasks: Bool
    private let views = Mutex(Views())
    private static let viewLimit = 512
    private static let viewBytes = 64 << 20

    private struct Views {
        var made: [ViewKey: View] = [:]
        var bytes = 0
    }

    init(_ listings: [ServerListing]) {
        self.listings = listings
        indexes = Dictionary(uniqueKeysWithValues: listings.enumerated().map { ($1.handle.id, $0) })
        legacyTasks = listings.contains { $0.capabilities.hasTasks(modern: false) }
        modernTasks = listings.contains { $0.capabilities.hasTasks(modern: true) }
        tools = Self.table(listings, .tool) { $0.tools }
        prompts = Self.table(listings, .prompt) { $0.prompts }
    }

    private static func table(
        _ listings: [ServerListing], _ kind: PolicyTarget.Kind, _ named: (ServerListing) -> [ServerListing.Named]
    ) -> ByteTable<Target> {
        var entries: [(key: [UInt8], value: Target)] = []
        for (index, listing) in listings.enumerated() {
            for named in named(listing) {
                let target = Target(server: index, kind: kind, named: named)
                for key in named.keys { entries.append((Array(key.utf8), target)) }
            }
        }
        return ByteTable(entries)
    }

    /// Index of the server with this id.
    func index(of id: String) -> Int? { indexes[id] }

    /// True if any server has tasks of this era.
    func hasTasks(modern: Bool) -> Bool { modern ? modernTasks : legacyTasks }

    /// What this principal sees. Made once for all who see the same.
    func view(_ kind: ListKind, qualified: Bool, form: ListForm, for principal: Principal) -> View {
        // Only tools look different, and those of servers with tasks alone to the newest legacy revision.
        let form = kind != .tools || form == .november2025 && !legacyTasks ? .legacy : form
        let sight = Sight(principal, self)
        let key = ViewKey(kind: kind, qualified: qualified, form: form, sight: sight)
        if let view = views.withLock({ $0.made[key] }) { return view }
        // By bytes, over all servers: a cursor is found by its place in this order.
        let items = sight.servers.flatMap { listings[$0].items(kind, for: principal) }.sorted {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        let view = View(
            kind: kind, keys: items.map(\.key), entries: items.map { $0.bytes(qualified: qualified, form: form) })
        views.withLock { views in
            // Views are few in practice; a flood of them empties the cache instead of growing it.
            let bytes = view.pages.reduce(0) { $0 + $1.bytes.readableBytes }
            if views.made.count >= Self.viewLimit || views.bytes + bytes > Self.viewBytes { views = Views() }
            if views.made.updateValue(view, forKey: key) == nil { views.bytes += bytes }
        }
        return view
    }
}
