internal import NIOCore
internal import PetaWire

/// Resources that are watched: subscribed to at each start, and a reason to stay awake.
extension ManagedServer {
    /// Resources of one server that are watched; more are refused.
    static let watchLimit = 4096
    /// The longest URI of one, in bytes.
    static let watchedLength = 8192

    /// Subscribes, and stays awake for it; returns when the server has agreed.
    func watch(_ uri: String) async throws {
        guard !watched.contains(uri) else { return }
        guard uri.utf8.count <= Self.watchedLength else { throw DownstreamFailure.badAnswer("the URI is too long to be watched") }
        try await online(byHand: false)
        guard let link, let outcome else { throw DownstreamFailure.notSent("the server is not running") }
        guard outcome.capabilities["resources"]?["subscribe"]?.bool == true else {
            throw DownstreamFailure.badAnswer("the server has no subscriptions to resources")
        }
        guard watched.count < Self.watchLimit else {
            throw DownstreamFailure.badAnswer("more than \(Self.watchLimit) resources of the server are watched")
        }
        // From now on a loss of the connection renews it.
        watched.insert(uri)
        do {
            if link.era.isModern {
                guard let listener else { throw DownstreamFailure.notSent("the server is not running") }
                try await listener.add(uri)
            } else {
                _ = try await request("resources/subscribe", ["uri": .string(uri)], over: link)
            }
        } catch {
            watched.remove(uri)
            throw error
        }
    }

    /// Ends it. A server that sleeps has nothing to be told.
    func unwatch(_ uri: String) async {
        guard watched.remove(uri) != nil, let link, machine.state == .online else { return }
        handle.touch(.now())
        guard !link.era.isModern else { return await listener?.drop(uri) ?? () }
        _ = try? await request("resources/unsubscribe", ["uri": .string(uri)], over: link)
    }

    /// Takes over what was watched of the server that this one replaces.
    func adopt(_ uris: Set<String>) {
        watched.formUnion(uris)
        guard !watched.isEmpty, definition.enabled, !retired, machine.attempt == 0 else { return }
        handle(.wanted(byHand: false))
    }

    /// Subscribes to everything again on a new connection.
    func renewWatches() {
        guard !watched.isEmpty, let link, !link.era.isModern else { return }
        renewing = Task { await self.renew(over: link) }
    }

    private func renew(over link: any Link) async {
        for uri in watched.sorted() {
            guard !Task.isCancelled, self.link === link, machine.state == .online else { return }
            guard watched.contains(uri) else { continue }
            do {
                _ = try await request("resources/subscribe", ["uri": .string(uri)], over: link)
            } catch {
                log.add("a resource cannot be watched any more: \((error as? DownstreamFailure)?.text ?? "\(error)")", .gateway)
                continue
            }
            if !watched.contains(uri) {
                _ = try? await request("resources/unsubscribe", ["uri": .string(uri)], over: link)
            } else {
                // What happened meanwhile was not told.
                let params: JSON = ["uri": .string(uri)]
                onNotification("notifications/resources/updated", params.bytes)
            }
        }
    }
}
