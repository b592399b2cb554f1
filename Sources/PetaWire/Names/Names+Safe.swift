extension Names {
    /// The listed names, style `safe`, of one server's tools (or prompts): parallel to `names`, never two alike,
    /// and a function of the set of names alone, whatever their order. A name given twice gets the same listed name.
    ///
    /// 1. Plain: a name of `[A-Za-z0-9_-]` that fits is listed as `server__name`, whatever else the server has.
    /// 2. Mapped: other characters become `_`. Taken when it fits, is nobody's plain form and only one name maps to it.
    /// 3. Hashed: `server__` + the start of the mapped name + `_` + 8 hex digits: FNV-1a 64 of the canonical
    ///    name, its halves xored. Should that be taken, the number in these digits is counted up until it is free;
    ///    names come to this in the order of their bytes.
    ///
    /// Why no two servers can ever have a listed name in common: a server id has no `_` and begins with a small
    /// letter. Every form above begins with `server__`, so the id can be read back from it: it is all that stands
    /// before the first `_`. The one exception is the hashed form of an id over 54 bytes, for which 64 bytes
    /// have no room: there the id is packed (`PackedServerID`) behind a capital `L`. No other form begins with a
    /// capital, and packing is reversible, so that two ids never pack alike.
    package static func safeNames(server: String, names: [String]) -> [String] {
        let prefix = server + "__"
        var listed: [ExactText: String] = [:]
        var taken: Set<String> = []
        var owners: [String: Int] = [:]
        var changed: [(name: String, mapped: String)] = []
        for name in names where listed[ExactText(text: name)] == nil {
            let mapped = prefix + self.mapped(name)
            if mapped.utf8.count <= safeLimit, mapped.utf8.elementsEqual((prefix + name).utf8) {
                listed[ExactText(text: name)] = mapped
                taken.insert(mapped)
            } else {
                listed[ExactText(text: name)] = ""
                owners[mapped, default: 0] += 1
                changed.append((name, mapped))
            }
        }
        var hashed: [(name: String, mapped: String)] = []
        for entry in changed {
            if entry.mapped.utf8.count <= safeLimit, owners[entry.mapped] == 1, taken.insert(entry.mapped).inserted {
                listed[ExactText(text: entry.name)] = entry.mapped
            } else {
                hashed.append(entry)
            }
        }
        hashed.sort { ExactText.precedes($0.name, $1.name) }
        for entry in hashed {
            let stem = hashStem(server: server, mapped: entry.mapped)
            let whole = fnv1a(canonical(server: server, name: entry.name))
            var hash = UInt32(truncatingIfNeeded: whole >> 32 ^ whole)
            while !taken.insert(stem + hex(hash)).inserted { hash &+= 1 }
            listed[ExactText(text: entry.name)] = stem + hex(hash)
        }
        return names.map { listed[ExactText(text: $0)] ?? "" }
    }

    /// Every scalar outside `[A-Za-z0-9_-]` becomes one `_`.
    private static func mapped(_ name: String) -> String {
        var out: [UInt8] = []
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": out.append(UInt8(truncatingIfNeeded: scalar.value))
            default: out.append(UInt8(ascii: "_"))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// What stands before the 8 digits of a hashed form.
    private static func hashStem(server: String, mapped: String) -> String {
        let bare = server.utf8.count + 2
        guard bare + 8 <= safeLimit else { return PackedServerID.pack(server) }
        guard bare + 1 + 1 + 8 <= safeLimit else { return server + "__" }
        return String(decoding: mapped.utf8.prefix(safeLimit - 9), as: UTF8.self) + "_"
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
