import PetaAdminAPI

/// Tells where in a client's file something stands, for people who have to mend it.
struct ImportPlaces {
    private let bytes: [UInt8]
    private let isTOML: Bool
    private let path: String

    init(_ bytes: [UInt8], isTOML: Bool, path: String) {
        self.bytes = bytes
        self.isTOML = isTOML
        self.path = path
    }

    /// `FILE:LINE:COLUMN` of the last member of that name, or the file alone where it cannot be told.
    func of(_ members: [String]) -> String {
        if isTOML {
            guard members.count > 1, let line = TOMLFileEdit.line(members[0], members[1], in: bytes) else { return path }
            return "\(path):\(line):1"
        }
        let plain = LooseJSON.strict(bytes)
        var start = 0
        var key: Int?
        for name in members {
            guard let member = ObjectScan(plain, at: start)?.members.last(where: { $0.name == name }) else { return path }
            (start, key) = (member.value.lowerBound, member.key.lowerBound)
        }
        guard let key else { return path }
        let place = LooseJSON.position(key, in: bytes)
        return "\(path):\(place.line):\(place.column)"
    }
}
