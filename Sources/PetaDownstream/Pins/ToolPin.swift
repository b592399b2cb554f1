package import PetaCrypto
package import PetaWire

/// The fingerprint of a tool's whole definition: two that say the same have the same one, in whatever order their members stand.
package struct ToolPin: Equatable, Sendable {
    /// The tool's name at its server.
    package let name: String
    /// Of everything in the definition.
    package let digest: SHA256Digest
    /// Of everything but the name: what stays the same when a tool is renamed. Of everything where a definition says so little that
    /// many tools would have it.
    package let body: SHA256Digest

    /// The fingerprint of a definition; nil for one that has no usable name and is never listed.
    package init?(_ definition: JSON) {
        guard let name = definition["name"]?.string, !name.isEmpty, name.utf8.count <= 256 else { return nil }
        let digest = SHA256.hash(Self.form(definition))
        let isTelling = definition["description"]?.string?.isEmpty == false
        var body = definition
        if isTelling { body.remove("name") }
        self.init(name: name, digest: digest, body: isTelling ? SHA256.hash(Self.form(body)) : digest)
    }

    /// One that was stored.
    package init(name: String, digest: SHA256Digest, body: SHA256Digest) {
        self.name = name
        self.digest = digest
        self.body = body
    }

    /// The fingerprints of a list. Where a server lists a name twice, the first counts, as it does for clients.
    package static func all(_ definitions: [JSON]) -> [ToolPin] {
        var seen: Set<String> = []
        return definitions.compactMap { definition in
            guard let pin = ToolPin(definition), seen.insert(pin.name).inserted else { return nil }
            return pin
        }
    }

    /// A value in the one form that is compared: members by their bytes, everything else as it was written.
    package static func form(_ value: JSON) -> [UInt8] { ordered(value).bytes }

    private static func ordered(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            .object(
                members.map { JSON.Member(key: $0.key, value: ordered($0.value)) }
                    .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        case .array(let items): .array(items.map(ordered))
        default: value
        }
    }
}
