import PetaAdminAPI

/// Takes members out of a client's JSON file and puts one in; comments and every other byte stay as they are.
struct ClientFileEdit {
    private(set) var bytes: [UInt8]
    /// What the file has to say in the end.
    private var tree: JSONNode

    init(_ bytes: [UInt8]) throws(EditProblem) {
        self.bytes = bytes
        do throws(JSONSyntaxError) {
            tree = try JSONReader.read(LooseJSON.strict(bytes))
        } catch {
            throw EditProblem(words: "is not JSON (\(error.reason), byte \(error.offset))")
        }
    }

    /// The bytes, once it is certain that they say what they should.
    func checked() throws(EditProblem) -> [UInt8] {
        guard (try? JSONReader.read(LooseJSON.strict(bytes))) == tree else { throw EditProblem(words: "cannot be changed safely") }
        return bytes
    }

    /// Takes a member out. Nothing where it is not there.
    mutating func remove(_ path: [String]) throws(EditProblem) {
        guard let name = path.last, let object = try object(path.dropLast()) else { return }
        guard let index = object.members.firstIndex(where: { $0.name == name }) else { return }
        let members = object.members
        guard members.count(where: { $0.name == name }) == 1 else { throw EditProblem(words: "has '\(name)' twice") }
        let range: Range<Int>
        if index > 0 {
            range = members[index - 1].value.upperBound..<members[index].value.upperBound
        } else if members.count > 1 {
            range = members[0].key.lowerBound..<members[1].key.lowerBound
        } else {
            range = (object.range.lowerBound + 1)..<(object.range.upperBound - 1)
        }
        bytes.removeSubrange(range)
        tree = Self.changed(tree, path[...], nil)
    }

    /// Sets a member of an object, which is made where it is not there.
    mutating func set(_ value: JSONNode, _ path: [String]) throws(EditProblem) {
        guard let name = path.last else { return }
        guard let object = try object(path.dropLast()) else {
            guard path.count > 1 else { throw EditProblem(words: "does not hold a JSON object") }
            return try set(.object([JSONMember(name, value)]), Array(path.dropLast()))
        }
        let line = Self.indentation(bytes, object.range.lowerBound)
        if let old = object.members.first(where: { $0.name == name }) {
            bytes.replaceSubrange(old.value, with: Array(render(value, Self.indentation(bytes, old.key.lowerBound)).utf8))
        } else {
            let key = String(decoding: JSONWriter.write(.string(name)), as: UTF8.self) + ": "
            if let last = object.members.last {
                let own = Self.isFirst(bytes, last.key.lowerBound) ? Self.indentation(bytes, last.key.lowerBound) : nil
                let text = (own.map { ",\n" + $0 } ?? ", ") + key + render(value, own ?? line)
                bytes.insert(contentsOf: Array(text.utf8), at: last.value.upperBound)
            } else {
                let text = "{\n" + line + "  " + key + render(value, line + "  ") + "\n" + line + "}"
                bytes.replaceSubrange(object.range, with: Array(text.utf8))
            }
        }
        tree = Self.changed(tree, path[...], value)
    }

    /// Where an object stands; nil where there is none. Throws where something else stands there.
    private func object(_ path: [String]) throws(EditProblem) -> ObjectScan? {
        let plain = LooseJSON.strict(bytes)
        guard var object = ObjectScan(plain) else { throw EditProblem(words: "does not hold a JSON object") }
        for name in path {
            let found = object.members.filter { $0.name == name }
            guard found.count <= 1 else { throw EditProblem(words: "has '\(name)' twice") }
            guard let member = found.first else { return nil }
            guard let inner = ObjectScan(plain, at: member.value.lowerBound) else { throw EditProblem(words: "has no object '\(name)'") }
            object = inner
        }
        return object
    }

    private static func changed(_ node: JSONNode, _ path: ArraySlice<String>, _ value: JSONNode?) -> JSONNode {
        guard let name = path.first, case .object(var members) = node else { return value ?? node }
        let rest = path.dropFirst()
        guard let index = members.firstIndex(where: { $0.name == name }) else {
            guard let value else { return node }
            return .object(members + [JSONMember(name, changed(.object([]), rest, value))])
        }
        if rest.isEmpty {
            if let value { members[index].value = value } else { members.remove(at: index) }
        } else {
            members[index].value = changed(members[index].value, rest, value)
        }
        return .object(members)
    }

    private func render(_ value: JSONNode, _ indent: String) -> String {
        String(decoding: JSONWriter.write(value, pretty: true), as: UTF8.self).split(separator: "\n").joined(separator: "\n" + indent)
    }

    /// Only white space stands before it on its line.
    private static func isFirst(_ bytes: [UInt8], _ position: Int) -> Bool {
        var at = position
        while at > 0, bytes[at - 1] == 0x20 || bytes[at - 1] == 0x09 { at -= 1 }
        return at == 0 || bytes[at - 1] == 0x0A
    }

    /// The white space with which the line of a byte begins.
    private static func indentation(_ bytes: [UInt8], _ position: Int) -> String {
        let start = bytes[..<position].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start...].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }
}
