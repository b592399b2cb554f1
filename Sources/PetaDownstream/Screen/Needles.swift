/// Pieces of text that have no place in what describes a tool, wherever they stand.
enum Needles {
    private static let all: [(kind: ToolFinding.Kind, text: [UInt8])] = {
        let markup = [
            "<!--", "[//]: #", "[comment]: <>", "<script", "javascript:", "display:none", "display: none", "<iframe", "onerror=", "<img",
            "![",
        ]
        let instruction = [
            "<system>", "</system>", "<important>", "</important>", "<instruction>", "<instructions>", "<hidden>", "<secret>", "<admin>",
            "<|im_start|>",
            "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|endoftext|>", "[inst]", "[/inst]", "<<sys>>", "### system",
            "### instruction",
            "[system]", "system prompt:",
        ]
        let secrets = [
            ".ssh/", "id_rsa", "id_ed25519", "authorized_keys", "/etc/passwd", "/etc/shadow", ".aws/credentials", ".netrc",
            ".git-credentials",
            ".kube/config", ".cursor/mcp.json", "claude_desktop_config.json", ".docker/config.json", ".pgpass", ".gnupg", "wallet.dat",
        ]
        return markup.map { (.markup, Array($0.utf8)) } + instruction.map { (.instruction, Array($0.utf8)) }
            + secrets.map { (.secrets, Array($0.utf8)) }
    }()

    private static let byFirst: [[Int]] = {
        var made = [[Int]](repeating: [], count: 256)
        for (index, needle) in all.enumerated() { if let first = needle.text.first { made[Int(first)].append(index) } }
        return made
    }()

    /// Each kind once, where it stands first. Needles are short, so this is linear.
    static func find(_ text: ScreenedText) -> [(kind: ToolFinding.Kind, place: Int)] {
        var found: [(kind: ToolFinding.Kind, place: Int)] = []
        let small = text.small
        for start in small.indices {
            for index in byFirst[Int(small[start])] {
                let needle = all[index]
                guard start + needle.text.count <= small.count, !found.contains(where: { $0.kind == needle.kind }),
                    small[start..<start + needle.text.count].elementsEqual(needle.text)
                else { continue }
                found.append((needle.kind, text.places[start]))
            }
        }
        return found
    }

    /// Base64 or hexadecimal of so many characters is more than an example.
    private static let blobLength = 120
    private static let blankLines = 12
    private static let blanks = 100

    /// A long run that only a decoder reads, and one of nothing.
    static func runs(_ text: ScreenedText) -> [(kind: ToolFinding.Kind, place: Int)] {
        var found: [(kind: ToolFinding.Kind, place: Int)] = []
        var start = 0
        while start < text.seen.count {
            let isBlank = Self.isBlank(text.seen[start])
            guard isBlank || isEncoded(text.seen[start]) else {
                start += 1
                continue
            }
            var end = start
            var lines = 0
            var (capitals, smalls, digits) = (false, false, false)
            while end < text.seen.count, isBlank ? Self.isBlank(text.seen[end]) : isEncoded(text.seen[end]) {
                switch text.seen[end] {
                case 0x0A: lines += 1
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): capitals = true
                case UInt8(ascii: "a")...UInt8(ascii: "z"): smalls = true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digits = true
                default: break
                }
                end += 1
            }
            if isBlank, lines >= blankLines || end - start >= blanks {
                found.append((.padding, text.places[start]))
            } else if !isBlank, end - start >= blobLength, digits, capitals || smalls {
                found.append((.blob, text.places[start]))
            }
            start = end
        }
        // Each once.
        return [.padding, .blob].compactMap { kind in found.first { $0.kind == kind } }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func isEncoded(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
