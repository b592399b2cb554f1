package import PetaAdminAPI

/// Everything that a reviewer is told about one call: who, what, why, then the arguments, then details.
package struct ReviewDocument: Equatable, Sendable {
    private(set) var lines: [ReviewLine] = []
    /// So many lines from the beginning, the arguments with them, have to be seen before a yes.
    private(set) var required = 0

    /// `isFull`: nothing was hidden or cut. `details` adds what the tool says of itself and what happened so far.
    package init(_ entry: ApprovalEntry, isFull: Bool, details: Bool) {
        head(entry)
        warnings(entry)
        arguments(entry, isFull: isFull)
        required = lines.count
        if details { self.details(entry) }
    }

    /// The lines as text.
    package var text: String { lines.map { $0.text + "\n" }.joined() }

    /// What follows the arguments.
    var details: String { lines.dropFirst(required).map { $0.text + "\n" }.joined() }

    /// What is called, with the kind of it where it is no tool.
    static func name(_ entry: ApprovalEntry) -> String {
        let name = Escaped.line(entry.server + "::" + entry.tool)
        switch entry.method {
        case "tools/call": return name
        case "prompts/get": return "prompt " + name
        case "resources/read": return "resource " + name
        default: return Escaped.line(entry.method) + " " + name
        }
    }

    private mutating func field(_ name: String, _ text: String, _ style: Style = .plain) {
        lines.append(ReviewLine(name + String(repeating: " ", count: max(1, 9 - name.utf8.count)) + Escaped.line(text), style, hang: 11))
    }

    private mutating func head(_ entry: ApprovalEntry) {
        var who = entry.user
        if let client = entry.client, let name = client.name {
            who += ", with " + [name, client.version].compactMap(\.self).joined(separator: " ")
        }
        if let address = entry.address { who += ", from " + address }
        field("who", who, .heading)
        field("what", Self.name(entry), .heading)
        if let title = entry.title, !title.isEmpty { field("title", "\"" + title + "\"") }
        let version = entry.policyVersion > 0 ? ", version \(entry.policyVersion)" : ""
        field("why", entry.reason.isEmpty ? "no reason is given" : entry.reason)
        field("rule", entry.rule + version)
        field("asked", Clock.words(entry.createdAt))
        field("expires", Clock.words(entry.expiresAt))
        if entry.approvers > 1 { field("needs", "\(entry.approvers) people who approve") }
    }

    private mutating func warnings(_ entry: ApprovalEntry) {
        var found: [String] = []
        let names = [
            ("the user", entry.user), ("the server", entry.server), ("the tool", entry.tool), ("the client", entry.client?.name),
        ]
        for (what, name) in names {
            if let name, let remark = LookAlikes.remark(name) { found.append(what + " " + remark) }
        }
        if entry.method == "resources/read" { found += LookAlikes.hosts(in: entry.tool) }
        if let node = try? JSONReader.read(entry.arguments.bytes) { Self.warnings(node, &found) }
        for (index, text) in found.enumerated() where index < Self.mostWarnings { lines.append(ReviewLine("! " + text, .bad, hang: 4)) }
        if found.count > Self.mostWarnings { lines.append(ReviewLine("! and there are more of these", .bad)) }
    }

    private static let mostWarnings = 12

    private static func warnings(_ node: JSONNode, _ found: inout [String]) {
        guard found.count <= mostWarnings else { return }
        switch node {
        case .string(let text): found += LookAlikes.hosts(in: text)
        case .array(let elements): for element in elements { warnings(element, &found) }
        case .object(let members):
            for member in members {
                if let remark = LookAlikes.remark(member.name) { found.append("the name of an argument " + remark) }
                warnings(member.value, &found)
            }
        default: break
        }
    }

    private mutating func arguments(_ entry: ApprovalEntry, isFull: Bool) {
        lines.append(ReviewLine(""))
        lines.append(ReviewLine(isFull ? "Arguments, all of them" : "Arguments", .heading))
        lines += JSONLines.lines(entry.arguments.bytes, indent: 2)
        if entry.argumentsCut {
            lines.append(ReviewLine("! Not all of the arguments is shown: something is hidden or cut.", .waiting, hang: 2))
        }
    }

    private mutating func details(_ entry: ApprovalEntry) {
        lines.append(ReviewLine(""))
        lines.append(ReviewLine("Details", .heading))
        field("id", entry.id)
        field("digest", entry.argumentsDigest)
        field("made", Words.count(entry.attempts, "time"))
        for decision in entry.decisions {
            field(
                decision.verdict,
                "by \(decision.by) (\(decision.role), \(decision.channel)), \(Clock.words(decision.at))"
                    + (decision.reason.map { ": " + $0 } ?? ""))
        }
        if let failure = entry.failure { field("failure", failure, .bad) }
        if let annotations = entry.annotations, annotations.bytes != Array("null".utf8) {
            lines.append(ReviewLine("hints of the server about the tool:"))
            lines += JSONLines.lines(annotations.bytes, indent: 2)
        }
        if let description = entry.description, !description.isEmpty {
            lines.append(ReviewLine("what the tool says of itself:"))
            for part in Escaped.block(description).split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append(ReviewLine("  | " + Escaped.line(String(part)), hang: 4))
            }
        }
    }
}
