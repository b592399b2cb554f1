/// Puts `server::` before every URI that a downstream server's answer shows to a client, so that what a client is
/// shown it can read back through the gateway.
///
/// Splices: every other byte stays as it was (number spelling, order, whitespace, a member given twice). A URI is
/// rewritten at every place where any reader could find it: keys are compared with their escapes undone, and of a
/// key given twice both values are rewritten. `structuredContent` and texts are data and stay untouched.
package struct ResultRewriter: Sendable {
    /// What the bytes are: the `result`, the `params` or the `error` of a downstream message.
    package enum Kind: Sendable, CaseIterable {
        /// Result of `tools/call` (or `tasks/result`): `content[].uri` of links, `content[].resource.uri`.
        case toolCall
        /// Result of `prompts/get`: the same in `messages[].content`, which is one block or an array of them.
        case promptGet
        /// Result of `resources/read`: `contents[].uri`.
        case resourceRead
        /// Result of `resources/list`: `resources[].uri`.
        case resourceList
        /// Result of `resources/templates/list`: `resourceTemplates[].uriTemplate`.
        case templateList
        /// Params of `notifications/resources/updated`: `uri`.
        case resourceUpdated
        /// An error object: `data.uri`, as "resource not found" has it.
        case error
    }

    private let prefix: [UInt8]

    /// A rewriter for one server's answers. A server id needs no escaping in JSON.
    package init(server: String) {
        prefix = Array((server + "::").utf8)
    }

    /// The rewritten bytes, or `nil` when nothing needs to change. Throws where the walk meets what is no JSON; it
    /// does not look for that, so `nil` is no proof that the bytes are.
    package func rewrite(_ bytes: UnsafeRawBufferPointer, kind: Kind) throws(JSONError) -> [UInt8]? {
        // The filter knows no `uriTemplate`: an answer of this kind has one in every entry.
        guard kind == .templateList || URIKeyFilter.mayHold(bytes) else { return nil }
        guard var walker = JSONWalker(bytes) else { return nil }
        var finder = URIFinder()
        try finder.find(kind, &walker)
        try walker.finish()
        guard !finder.places.isEmpty else { return nil }
        return splice(bytes, finder.places.sorted())
    }

    private func splice(_ bytes: UnsafeRawBufferPointer, _ places: [Int]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + places.count * prefix.count)
        var copied = 0
        for place in places {
            out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[copied..<place]))
            out.append(contentsOf: prefix)
            copied = place
        }
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[copied...]))
        return out
    }
}
