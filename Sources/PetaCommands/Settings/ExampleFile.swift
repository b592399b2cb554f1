import PetaAdminAPI

/// The example configuration file: every key, commented out, with its default.
enum ExampleFile {
    static var text: String {
        var text = """
            # The configuration of Peta. Read from --config, else etc/peta.yaml below the data directory, else
            # /etc/peta/peta.yaml. A flag or an environment variable goes before what stands here. Every key is shown
            # with its default. 'peta config show' tells which value is in force and where it came from. The running
            # gateway reads it again on SIGHUP or 'peta config reload'; what waits for a restart then is named.

            """
        var groups: [Substring] = []
        for setting in SettingTable.all {
            let parts = setting.key.split(separator: ".")
            text += "\n"
            for (depth, group) in parts.dropLast().enumerated() where groups.prefix(depth + 1) != parts.prefix(depth + 1) {
                text += "#" + String(repeating: "  ", count: depth) + "\(group):\n"
            }
            groups = Array(parts.dropLast())
            let indent = String(repeating: "  ", count: groups.count)
            let name = parts[groups.count]
            text += "#\(indent)# \(setting.help)\n"
            text += "#\(indent)# \(note(setting))\n"
            let value = value(setting)
            text += "#\(indent)\(name):" + (value.isEmpty ? "" : " " + value) + "\n"
        }
        return text
    }

    /// Which values a setting takes and its variable, in a sentence.
    static func note(_ setting: Setting) -> String {
        let words =
            switch setting.form {
            case .text(let what): what + "."
            case .path: "A path."
            case .number(let range, .count): "\(range.lowerBound) to \(range.upperBound)."
            case .number(let range, .bytes): "Bytes, \(range.lowerBound) to \(range.upperBound); KiB, MiB and GiB may follow the number."
            case .number(let range, .seconds): "Seconds, \(range.lowerBound) to \(range.upperBound)."
            case .flag: "true or false."
            case .choice(let choices): Words.either(choices) + "."
            case .list(let what): "A list of \(what)."
            }
        return words + " Environment: \(setting.variable)."
    }

    /// The default, as one would write it in the file; for TLS, which has none, an example.
    static func value(_ setting: Setting) -> String {
        switch setting.key {
        case "dataDir": return "/var/lib/peta"
        case "socket": return "/run/peta/admin.sock"
        default: break
        }
        switch setting.read(ServeSettings()) {
        case .absent:
            let examples = [
                "tls.certificate": "/etc/peta/tls.crt", "tls.key": "/etc/peta/tls.key", "vault.passphraseFile": "/etc/peta/passphrase",
            ]
            return examples[setting.key] ?? setting.example
        case .list(let items): return "[" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        case let value: return value.text
        }
    }

    /// The same, to follow other words.
    static func lowerCasedNote(_ setting: Setting) -> String {
        let note = note(setting)
        switch setting.form {
        case .path, .list, .text: return note.prefix(1).lowercased() + note.dropFirst()
        case .number(_, .bytes): return "a number of bytes, " + note.dropFirst(7)
        case .number(_, .seconds): return "a number of seconds, " + note.dropFirst(9)
        case .number, .flag, .choice: return note
        }
    }
}
