import PetaAdminAPI

/// JSON as lines for people: complete, indented, every string with its quotes and escapes, so that no text can pass for structure.
enum JSONLines {
    /// The lines of a value, indented by `indent` columns. What is no JSON is shown as the text that it is.
    static func lines(_ bytes: [UInt8], indent: Int) -> [ReviewLine] {
        guard let node = try? JSONReader.read(bytes) else {
            return [ReviewLine(spaces(indent) + Escaped.line(String(decoding: bytes, as: UTF8.self)), hang: indent + 4)]
        }
        var lines: [ReviewLine] = []
        append(node, name: nil, end: "", indent: indent, &lines)
        return lines
    }

    private static func append(_ node: JSONNode, name: String?, end: String, indent: Int, _ lines: inout [ReviewLine]) {
        let lead = spaces(indent) + (name.map { quoted($0) + ": " } ?? "")
        func add(_ text: String) { lines.append(ReviewLine(text, hang: indent + 4)) }
        switch node {
        case .array(let elements) where elements.isEmpty: add(lead + "[]" + end)
        case .object(let members) where members.isEmpty: add(lead + "{}" + end)
        case .array(let elements):
            add(lead + "[")
            for (index, element) in elements.enumerated() {
                append(element, name: nil, end: index < elements.count - 1 ? "," : "", indent: indent + 2, &lines)
            }
            add(spaces(indent) + "]" + end)
        case .object(let members):
            add(lead + "{")
            for (index, member) in members.enumerated() {
                append(member.value, name: member.name, end: index < members.count - 1 ? "," : "", indent: indent + 2, &lines)
            }
            add(spaces(indent) + "}" + end)
        case .string(let text): string(lead, text, end, indent, &lines)
        default: add(lead + Escaped.line(String(decoding: JSONWriter.write(node), as: UTF8.self)) + end)
        }
    }

    /// Each line of a text on a line of its own, after the escape that stands for the line's end.
    private static func string(_ lead: String, _ text: String, _ end: String, _ indent: Int, _ lines: inout [ReviewLine]) {
        let parts = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        for (index, part) in parts.enumerated() {
            let start = index == 0 ? lead + "\"" : spaces(indent + 2) + "| "
            let tail = index < parts.count - 1 ? "\\n" : "\"" + end
            lines.append(ReviewLine(start + escaped(part) + tail, hang: indent + 4))
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + escaped(text) + "\""
    }

    /// As in JSON, with everything that does not show itself as an escape too.
    private static func escaped(_ text: String) -> String {
        let written = JSONWriter.write(.string(text))
        return String(decoding: Escaped.json(Array(written.dropFirst().dropLast())), as: UTF8.self)
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
