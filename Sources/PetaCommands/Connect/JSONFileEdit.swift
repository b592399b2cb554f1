import PetaAdminAPI

/// Sets one member of an object within a JSON file, and leaves every other byte as it is.
struct JSONFileEdit {
    private let bytes: [UInt8]
    private let newline: String
    /// What one more level is indented by.
    private let unit: String

    /// The file with `container.name` set to `value`; nil where it is so already. An empty file is an empty object.
    static func set(_ value: JSONNode, _ container: String, _ name: String, in file: [UInt8]) throws(EditProblem) -> [UInt8]? {
        let isEmpty = file.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        let edit = JSONFileEdit(isEmpty ? Array("{}\n".utf8) : file)
        return try edit.set(value, container, name)
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        newline = bytes.contains(0x0D) ? "\r\n" : "\n"
        let first = ObjectScan(bytes)?.members.first?.key.lowerBound
        let indent = first.flatMap { Self.indentation(bytes, $0) } ?? ""
        unit = indent.isEmpty ? "  " : indent
    }

    private func set(_ value: JSONNode, _ container: String, _ name: String) throws(EditProblem) -> [UInt8]? {
        do throws(JSONSyntaxError) {
            _ = try JSONReader.read(bytes)
        } catch {
            throw EditProblem(
                words: "is not plain JSON (\(error.reason), byte \(error.offset)); comments and other extensions cannot be kept")
        }
        guard let root = ObjectScan(bytes) else { throw EditProblem(words: "does not hold a JSON object") }
        guard let outer = try member(container, of: root) else {
            let inner = JSONNode.object([JSONMember(name, value)])
            return try checked(insert(container, inner, into: root, closing: ""), value, container, name)
        }
        guard let servers = ObjectScan(bytes, at: outer.value.lowerBound) else {
            throw EditProblem(words: "'\(container)' is no object there")
        }
        guard let old = try member(name, of: servers) else {
            return try checked(
                insert(name, value, into: servers, closing: Self.indentation(bytes, outer.key.lowerBound)), value, container, name)
        }
        if (try? JSONReader.read(Array(bytes[old.value]))) == value { return nil }
        let text = render(value, at: Self.indentation(bytes, old.key.lowerBound))
        return try checked(replace(old.value, text), value, container, name)
    }

    private func member(_ name: String, of object: ObjectScan) throws(EditProblem) -> ObjectScan.Member? {
        let found = object.members.filter { $0.name == name }
        guard found.count <= 1 else { throw EditProblem(words: "'\(name)' stands there twice") }
        return found.first
    }

    /// `closing`: how far the line of the object itself is indented; nil when it stands in the middle of one.
    private func insert(_ name: String, _ value: JSONNode, into object: ObjectScan, closing: String?) -> [UInt8] {
        let key = String(decoding: JSONWriter.write(.string(name)), as: UTF8.self) + ": "
        guard let first = object.members.first, let last = object.members.last else {
            let inner =
                closing.map { newline + $0 + unit + key + render(value, at: $0 + unit) + newline + $0 } ?? key + render(value, at: nil)
            return replace(object.range, "{" + inner + "}")
        }
        let indent = Self.indentation(bytes, first.key.lowerBound)
        let separator = indent.map { "," + newline + $0 } ?? ", "
        let end = last.value.upperBound
        return replace(end..<end, separator + key + render(value, at: indent))
    }

    /// `indent`: of the line on which the value begins; nil: all on that line.
    private func render(_ value: JSONNode, at indent: String?) -> String {
        let text = String(decoding: JSONWriter.write(value, pretty: indent != nil), as: UTF8.self)
        guard let indent else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { number, line in
            let depth = line.prefix { $0 == " " }.utf8.count / 2
            return (number == 0 ? "" : indent) + String(repeating: unit, count: depth) + line.drop { $0 == " " }
        }
        return lines.joined(separator: newline)
    }

    private func replace(_ range: Range<Int>, _ text: String) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + Array(text.utf8) + Array(bytes[range.upperBound...])
    }

    /// Nothing is handed out that does not say what it should.
    private func checked(_ made: [UInt8], _ value: JSONNode, _ container: String, _ name: String) throws(EditProblem) -> [UInt8] {
        guard (try? JSONReader.read(made))?[container]?[name] == value else { throw EditProblem(words: "cannot be changed safely") }
        return made
    }

    /// The white space before a position, if nothing else stands before it on its line.
    private static func indentation(_ bytes: [UInt8], _ position: Int) -> String? {
        var start = position
        while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 { start -= 1 }
        guard start > 0, bytes[start - 1] == 0x0A else { return nil }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}
