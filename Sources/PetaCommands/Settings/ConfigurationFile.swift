import PetaAdminAPI
import Yams

/// The configuration file, flattened to keys with dots.
struct ConfigurationFile {
    /// One key with what stands there.
    struct Entry {
        let key: String
        let texts: [String]
        /// Counted from 1.
        let line: Int
    }

    let path: String
    let entries: [Entry]

    /// Reads a file. Throws an error that names file and line where it is not YAML or not shaped like settings.
    init(path: String) throws(AdminError) {
        let bytes: [UInt8]
        do {
            bytes = try TextFile.read(path, limit: 1 << 20)
        } catch {
            throw error.adminError
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw AdminError(.invalidArgument, "\(path): not UTF-8") }
        try self.init(path: path, text: text)
    }

    init(path: String, text: String) throws(AdminError) {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.problem(path, error)
        } catch {
            throw AdminError(.invalidArgument, "\(path): not YAML")
        }
        var entries: [Entry] = []
        if let root, !Self.isNull(root) {
            guard case .mapping = root else {
                throw AdminError(.invalidArgument, "\(path):1: expected keys with values")
            }
            try Self.flatten(root, prefix: "", path: path, into: &entries)
        }
        self.entries = entries
    }

    private static func flatten(_ node: Node, prefix: String, path: String, into entries: inout [Entry]) throws(AdminError) {
        guard let mapping = node.mapping else { return }
        for (keyNode, value) in mapping {
            let line = keyNode.mark?.line ?? 1
            guard let name = keyNode.scalar?.string else {
                throw AdminError(.invalidArgument, "\(path):\(line): a key has to be a word")
            }
            let key = prefix + name
            switch value {
            case .mapping:
                // A group that is none is told as an unknown key, not through each of its members.
                if SettingTable.all.contains(where: { $0.key.hasPrefix(key + ".") }) {
                    try flatten(value, prefix: key + ".", path: path, into: &entries)
                } else if SettingTable.setting(key) != nil {
                    throw AdminError(.invalidArgument, "\(path):\(line): \(key): expected a value, found keys below it")
                } else {
                    entries.append(Entry(key: key, texts: [], line: line))
                }
            case .sequence(let sequence):
                var texts: [String] = []
                for element in sequence {
                    guard let text = element.scalar?.string else {
                        throw AdminError(.invalidArgument, "\(path):\(element.mark?.line ?? line): \(key): expected a list of plain values")
                    }
                    texts.append(text)
                }
                entries.append(Entry(key: key, texts: texts, line: line))
            case .scalar(let scalar):
                let isGroup = SettingTable.all.contains { $0.key.hasPrefix(key + ".") }
                // "limits:" with every key below it commented out.
                if isGroup, isNull(value) { continue }
                if isGroup { throw AdminError(.invalidArgument, "\(path):\(line): \(key): expected keys below it, found a value") }
                entries.append(Entry(key: key, texts: isNull(value) ? [""] : [scalar.string], line: line))
            case .alias:
                throw AdminError(.invalidArgument, "\(path):\(line): \(key): aliases are not supported")
            }
        }
    }

    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null"
    }

    private static func problem(_ path: String, _ error: YamlError) -> AdminError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return AdminError(.invalidArgument, "\(path):\(mark.line): \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return AdminError(.invalidArgument, "\(path):\(context.mark.line): \(keys) stands here twice")
        default:
            return AdminError(.invalidArgument, "\(path): not YAML")
        }
    }
}
