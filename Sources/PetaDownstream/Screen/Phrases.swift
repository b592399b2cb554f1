/// Phrases that speak to a model rather than of a tool.
enum Phrases {
    private struct Step {
        let words: Set<String>
        /// Words that may stand before it.
        let gap: Int
    }

    private struct Phrase {
        let kind: ToolFinding.Kind
        let steps: [Step]

        /// Steps are parted by blanks, words of one step by `|`; `~3` before a step lets three words stand before it.
        init(_ kind: ToolFinding.Kind, _ text: String) {
            self.kind = kind
            var gap = 0
            var steps: [Step] = []
            for part in text.split(separator: " ") {
                if part.hasPrefix("~") {
                    gap = Int(part.dropFirst()) ?? 0
                } else {
                    steps.append(Step(words: Set(part.split(separator: "|").map(String.init)), gap: gap))
                    gap = 0
                }
            }
            self.steps = steps
        }

        /// True if it stands at this word. Looks at a fixed number of words at most.
        func matches(_ words: [ScreenedText.Word], at index: Int) -> Bool {
            var next = index + 1
            for step in steps.dropFirst() {
                let end = min(words.count, next + step.gap + 1)
                guard next < end, let found = words[next..<end].firstIndex(where: { step.words.contains($0.text) }) else { return false }
                next = found + 1
            }
            return true
        }
    }

    private static let phrases: [Phrase] = [
        Phrase(
            .instruction,
            "ignore|disregard|forget|override|bypass ~3 previous|prior|above|earlier|preceding|your|system ~2 "
                + "instruction|instructions|prompt|prompts|rules|guidelines|directions|directives|messages|training"),
        Phrase(
            .instruction,
            "before|when|after|whenever using|calling|invoking|running|executing ~2 tool|tools ~3 read|open|cat|send|upload|include|fetch"),
        Phrase(.instruction, "new|updated|revised|hidden|secret system prompt|instruction|instructions"),
        Phrase(.instruction, "reveal|print|repeat|output|leak|disclose ~3 system prompt|message|instructions"),
        Phrase(.instruction, "you are now ~1 a|an|in|the|free|dan"),
        Phrase(.instruction, "your new task|goal|instructions|role|objective"),
        Phrase(.instruction, "this tool ~2 takes|has priority|precedence over"),
        Phrase(.instruction, "do|must not|never use|call ~2 other|any|original tool|tools"),
        Phrase(
            .concealment,
            "do|must|should|shall|you not|never ~1 tell|inform|mention|notify|alert|disclose|reveal|show ~3 user|users|human|humans|anyone"),
        Phrase(
            .concealment,
            "dont|never|without ~1 tell|telling|inform|informing|mention|mentioning|notify|notifying|alerting|disclosing ~3 user|users|human|humans|anyone"
        ),
        Phrase(.concealment, "hide|conceal ~1 this|that|it ~2 from ~1 user|users|human|humans"),
        Phrase(.concealment, "keep|this|must ~3 secret|hidden from ~1 user|users|human"),
        Phrase(.concealment, "secretly|covertly|silently ~1 send|read|forward|upload|copy|append|include|call|execute|transmit|exfiltrate"),
        Phrase(.secrets, "exfiltrate"),
        Phrase(
            .secrets,
            "send|post|forward|upload|transmit|include|pass|append|attach|copy ~4 password|passwords|credentials|secrets|ssh|cookies ~5 to|http|https|in|as ~2 http|https|server|parameter|argument|attacker|sidenote"
        ),
        Phrase(.secrets, "send|forward|upload|transmit|append|include|pass ~3 conversation|chat history|transcript"),
        Phrase(.secrets, "read|open|cat|include|pass|send|access ~3 private|ssh key|keys"),
    ]

    private static let byFirst: [String: [Int]] = {
        var made: [String: [Int]] = [:]
        for (index, phrase) in phrases.enumerated() {
            for word in phrase.steps.first?.words ?? [] { made[word, default: []].append(index) }
        }
        return made
    }()

    /// Each kind once, where it stands first.
    static func find(_ words: [ScreenedText.Word]) -> [(kind: ToolFinding.Kind, place: Int)] {
        var found: [(kind: ToolFinding.Kind, place: Int)] = []
        for (index, word) in words.enumerated() {
            guard let candidates = byFirst[word.text] else { continue }
            for candidate in candidates {
                let phrase = phrases[candidate]
                if !found.contains(where: { $0.kind == phrase.kind }), phrase.matches(words, at: index) {
                    found.append((phrase.kind, word.place))
                }
            }
        }
        return found
    }
}
