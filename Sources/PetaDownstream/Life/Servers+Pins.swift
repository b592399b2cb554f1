internal import Logging
internal import PetaCrypto
internal import PetaStore
package import PetaWire
internal import Synchronization

/// A tool that awaits an administrator, with everything that is needed to decide.
package struct ToolDifference: Sendable {
    package let item: PinStanding.Item
    /// What was accepted; nil for a new tool, and where it was too large to keep.
    package let old: JSON?
    /// What is listed now; nil for one that is gone.
    package let new: JSON?
    package let fields: [DefinitionDiff.Field]
}

extension Servers {
    /// What a server offers against what was accepted of it.
    package struct Integrity: Sendable {
        /// What awaits an administrator, by name.
        package var items: [PinStanding.Item] = []
        package var findings: [ToolFinding] = []
        package var mode = PinMode.warn
    }

    // MARK: taking in

    func beginPinning(_ id: String, _ capabilities: Capabilities) async {
        guard capabilities.wasRead, !pins.isPinned(id) else { return }
        do { try await pins.begin(id, capabilities.tools) } catch {
            // Nothing is accepted then: everything counts as new until it can be kept.
            context.logger.error("the first tools of a server could not be pinned", metadata: ["server": "\(id)", "error": "\(error)"])
        }
    }

    /// Holds what is offered against what was accepted. No pause lies between this and the change that led to it.
    func hold(_ id: String) {
        guard let definition = running[id]?.definition, let capabilities = offered[id] else { return }
        held[id] = pins.offer(capabilities, of: id, mode: pins.mode(of: definition), before: held[id])
    }

    /// Tells log, audit and whoever else listens of what has changed, each change once.
    func tellChanges(_ id: String) async {
        guard let server = running[id], let offer = held[id] else { return }
        let (notices, told) = pins.notices(id, offer, mode: pins.mode(of: server.definition))
        guard !notices.isEmpty else { return }
        await tell(notices, server.log)
        do { try await pins.keepTold(id, told) } catch {
            context.logger.error("it could not be kept which changes were told", metadata: ["server": "\(id)", "error": "\(error)"])
        }
    }

    private func tell(_ notices: [PinNotice], _ log: ServerLog) async {
        let listeners = pinListeners.withLock { $0 }
        for notice in notices {
            let tool = notice.tool.map { VisibleText.line($0) } ?? ""
            let what =
                switch notice.event {
                case .changed: "a server's tool is not as it was accepted\(notice.isWithheld ? "; it is withheld" : "")"
                case .accepted: "a server's tool was accepted"
                }
            context.logger.log(
                level: notice.event == .changed ? .warning : .notice, "\(what)",
                metadata: ["server": "\(notice.server)", "tool": "\(tool)", "change": "\(notice.text)"])
            log.add((tool.isEmpty ? "" : "tool \(tool): ") + notice.text, .gateway)
            for listener in listeners { await listener(notice) }
        }
    }

    // MARK: for the administrator

    /// How the tools of a server stand; empty for one whose definition does not open.
    package func integrity(_ id: String) throws -> Integrity {
        guard let server = running[id] else {
            guard ids().contains(id) else { throw ServerError.unknown(id) }
            return Integrity()
        }
        let offer = held[id] ?? PinnedOffer()
        return Integrity(items: offer.standing.items, findings: offer.findings, mode: pins.mode(of: server.definition))
    }

    /// What awaits acceptance, with both definitions as far as they fit into `bytes` together.
    package func differences(_ id: String, tool: String? = nil, bytes: Int = 16 << 20) async throws -> [ToolDifference] {
        var items = try integrity(id).items
        if let tool {
            items = items.filter { $0.name == tool }
            if items.isEmpty, !knows(id, tool) { throw ServerError.noTool(id, tool) }
        }
        // As of one moment: the list may change while the store is read.
        let news = Dictionary((offered[id]?.tools ?? []).compactMap { tool in tool["name"]?.string.map { ($0, tool) } }) { first, _ in first
        }
        let olds = try await pins.definitions(id, items.compactMap(\.old?.name))
        var left = bytes
        return items.map { item in
            let new = item.new == nil ? nil : news[item.name]
            let old = item.old.flatMap { olds[$0.name] }
            left -= (new?.bytes.count ?? 0) + (old?.bytes.count ?? 0)
            guard left > 0 else { return ToolDifference(item: item, old: nil, new: nil, fields: []) }
            // What was too large to keep cannot be told apart.
            let fields = item.old != nil && old == nil ? [] : DefinitionDiff.fields(old ?? [:], new ?? [:])
            return ToolDifference(item: item, old: old, new: new, fields: fields)
        }
    }

    private func knows(_ id: String, _ tool: String) -> Bool { offered[id]?.tools.contains { $0["name"]?.string == tool } ?? false }

    /// Accepts tools as they were looked at: for each name the digest of what was seen. One that is no longer that is refused, and then
    /// nothing is accepted; one that is accepted already is no error.
    /// - Returns: the names that were accepted now.
    package func accept(_ id: String, _ seen: [(tool: String, digest: String)]) async throws -> [String] {
        let standing = held[id]?.standing ?? .clean
        guard let server = running[id] else { throw ServerError.unknown(id) }
        var items: [PinStanding.Item] = []
        for (tool, digest) in seen {
            if let item = standing[tool] {
                guard item.digest == SHA256Digest(hex: digest) else { throw ServerError.changedAgain(id, tool) }
                items.append(item)
            } else {
                guard let definition = offered[id]?.tools.first(where: { $0["name"]?.string == tool }), let pin = ToolPin(definition) else {
                    throw ServerError.noTool(id, tool)
                }
                guard pin.digest == SHA256Digest(hex: digest) else { throw ServerError.changedAgain(id, tool) }
            }
        }
        guard !items.isEmpty else { return [] }
        guard busy.insert(id).inserted else { throw ServerError.busy(id) }
        defer { busy.remove(id) }
        // These definitions and no others, whatever the server lists meanwhile.
        try await pins.accept(id, items, of: offered[id]?.tools ?? [])
        hold(id)
        await feed.announce(.capabilities)
        await tell(
            items.map {
                PinNotice(event: .accepted, server: id, tool: $0.name, text: "accepted: " + Pins.words($0, []), isWithheld: false)
            }, server.log)
        return items.map(\.name)
    }
}
