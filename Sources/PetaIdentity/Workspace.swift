/// What users belong to, and what an address list can be for.
package enum Workspace {
    /// Where everybody is that nobody put elsewhere.
    package static let standard = "default"

    static func check(_ name: String) throws(IdentityError) {
        let bytes = Array(name.utf8)
        guard (1...63).contains(bytes.count), (0x61...0x7A).contains(bytes[0]),
            bytes.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else { throw .invalid("workspace", "a workspace is 1 to 63 of a-z, 0-9, '-' and starts with a letter") }
    }
}
