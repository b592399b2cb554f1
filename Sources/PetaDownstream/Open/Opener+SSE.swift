internal import NIOCore

extension Opener {
    /// A server of the older HTTP transport says within this time where to post.
    static let endpointTimeout = TimeAmount.seconds(10)

    /// Opens the event stream and shakes hands over it.
    func openSSE(_ target: HTTPTarget) async throws -> Opened {
        let link = try await SSELink.open(
            target, home: home, loops: context.loops, attempt: attempt, budget: context.budget, resultLimit: context.resultLimit,
            isDedicated: isDedicated, timeout: min(Self.endpointTimeout, context.startTimeout), owner: owner)
        do {
            let found = try await shakeHands(over: link)
            link.era = found.era
            try await confirm(over: link)
            return Opened(link: link, found: found)
        } catch {
            await link.close()
            throw error
        }
    }
}
