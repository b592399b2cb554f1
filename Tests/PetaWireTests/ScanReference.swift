import Foundation
import PetaWire

/// What a message is, worked out slowly and plainly: every object is taken apart member by member, and names are
/// compared after unescaping, as any other reader would. Only for text that is JSON.
struct ScanReference {
    struct Member {
        var key: String
        var escaped: Bool
        var value: Range<Int>
    }

    enum Complaint: Hashable { case notAnObject, duplicate, escapedName, confusable, version, method, params, meta, kind, id }

    private let bytes: [UInt8]
    /// Why it must not be taken; empty if it must be.
    private(set) var complaints: Set<Complaint> = []
    private(set) var kind = MessageScan.Kind.request
    private(set) var top: [Member] = []
    private(set) var params: [Member] = []
    private(set) var meta: [Member] = []
    private(set) var result: [Member] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let start = bytes.firstIndex(where: { !Self.isSpace($0) }), bytes[start] == UInt8(ascii: "{") else {
            complaints = [.notAnObject]
            return
        }
        top = members(start)
        if top.contains(where: \.escaped) { complaints.insert(.escapedName) }
        unique(top, ["jsonrpc", "id", "method", "params", "result", "error"])
        distinct(top, ["jsonrpc", "id", "method", "params"], ["result", "error"])
        if text(find("jsonrpc", top)) != "\"2.0\"" { complaints.insert(.version) }
        if let method = find("method", top) {
            if bytes[method.lowerBound] != UInt8(ascii: "\"") { complaints.insert(.method) }
            if bytes[method].contains(UInt8(ascii: "\\")) { complaints.insert(.escapedName) }
        }
        readParams()
        if let place = find("result", top), bytes[place.lowerBound] == UInt8(ascii: "{") { result = members(place.lowerBound) }
        settleKind()
    }

    private mutating func readParams() {
        guard let place = find("params", top) else { return }
        guard bytes[place.lowerBound] == UInt8(ascii: "{") else {
            complaints.insert(.params)
            return
        }
        params = members(place.lowerBound)
        if params.contains(where: \.escaped) { complaints.insert(.escapedName) }
        unique(params, ["name", "uri", "arguments", "_meta", "progressToken", "requestId"])
        distinct(params, ["name", "uri", "arguments", "_meta"], ["progressToken", "requestId"])
        guard let place = find("_meta", params) else { return }
        guard bytes[place.lowerBound] == UInt8(ascii: "{") else {
            complaints.insert(.meta)
            return
        }
        meta = members(place.lowerBound)
        if meta.contains(where: \.escaped) { complaints.insert(.escapedName) }
        unique(meta, ["progressToken", "io.modelcontextprotocol/protocolVersion"])
        unique(meta.filter { bytes[$0.value.lowerBound] == UInt8(ascii: "\"") }, ["traceparent"])
        if find("progressToken", params) != nil, find("progressToken", meta) != nil { complaints.insert(.duplicate) }
    }

    /// A key that is one of `names` but for its case, and is none of the keys that are known.
    private mutating func distinct(_ members: [Member], _ names: [String], _ others: [String]) {
        let known = Set((names + others).map { Array($0.utf8) })
        func lower(_ text: String) -> [UInt8] { text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } }
        let folded = Set(names.map(lower))
        for member in members where !known.contains(Array(member.key.utf8)) && folded.contains(lower(member.key)) {
            complaints.insert(.confusable)
        }
    }

    private mutating func settleKind() {
        let has = Set(top.map(\.key))
        switch (has.contains("method"), has.contains("result"), has.contains("error")) {
        case (true, false, false): kind = has.contains("id") ? .request : .notification
        case (false, true, false):
            kind = .result
            if !has.contains("id") { complaints.insert(.kind) }
        case (false, false, true): kind = .error
        default: complaints.insert(.kind)
        }
        guard let id = text(find("id", top)) else { return }
        if id.hasPrefix("\"") {
            if id.utf8.count > 1026 { complaints.insert(.id) }
        } else if id == "null" {
            if kind != .error { complaints.insert(.id) }
        } else if id.utf8.count > 32 || !id.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) {
            complaints.insert(.id)
        }
    }

    private mutating func unique(_ members: [Member], _ names: [String]) {
        for name in names where members.filter({ Array($0.key.utf8) == Array(name.utf8) }).count > 1 { complaints.insert(.duplicate) }
    }

    func find(_ name: String, _ members: [Member]) -> Range<Int>? {
        members.first { Array($0.key.utf8) == Array(name.utf8) }?.value
    }

    func text(_ range: Range<Int>?) -> String? { range.map { String(decoding: bytes[$0], as: UTF8.self) } }

    // MARK: taking apart

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// The members of the object that begins at `start`.
    private func members(_ start: Int) -> [Member] {
        var found: [Member] = []
        var at = space(start + 1)
        while bytes[at] == UInt8(ascii: "\"") {
            let name = at..<string(at)
            at = space(space(name.upperBound) + 1)
            let value = at..<self.value(at)
            let key = try? JSON.parse(Array(bytes[name]), limits: JSONLimits(loneSurrogates: .replace))
            found.append(Member(key: key?.string ?? "", escaped: bytes[name].contains(UInt8(ascii: "\\")), value: value))
            at = space(value.upperBound)
            if bytes[at] == UInt8(ascii: ",") { at = space(at + 1) }
        }
        return found
    }

    private func space(_ start: Int) -> Int {
        var at = start
        while Self.isSpace(bytes[at]) { at += 1 }
        return at
    }

    private func string(_ start: Int) -> Int {
        var at = start + 1
        while bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return at + 1
    }

    private func value(_ start: Int) -> Int {
        var at = start
        var depth = 0
        repeat {
            switch bytes[at] {
            case UInt8(ascii: "\""): at = string(at)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
            default:
                guard depth == 0 else {
                    at += 1
                    continue
                }
                while at < bytes.count, !Self.isSpace(bytes[at]), !Array(",]}".utf8).contains(bytes[at]) { at += 1 }
            }
        } while depth > 0
        return at
    }
}
