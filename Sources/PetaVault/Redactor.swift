import PetaCrypto

/// Replaces the values that were given to one server in what that server answers, by `[redacted:NAME]`.
///
/// Each value of four bytes or more is found as it is, JSON-escaped, percent-encoded and in base64, see ``SecretForms``.
/// Values shorter than that are not searched for. Built once for each connection; searching is safe from any thread.
package struct Redactor: Sendable {
    private let index: NeedleIndex?
    private let names: [String]

    /// Prepares the search. Up to a millisecond for each value; keep the result.
    package init(_ secrets: [InjectedSecret]) {
        names = secrets.map(\.name)
        var forms = secrets.map { SecretForms($0.value) }
        index = forms.allSatisfy(\.all.isEmpty) ? nil : NeedleIndex(forms)
        for i in forms.indices { forms[i].wipeAll() }
    }

    /// Whether there is nothing to search for.
    package var isEmpty: Bool { index == nil }

    /// Length in bytes of the longest form: how much of a stream must be held back so that no form is cut.
    package var longestForm: Int { index?.longest ?? 0 }

    /// Whether any form of any value occurs.
    package func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var found = false
        index?.search(bytes) { _, _ in
            found = true
            return false
        }
        return found
    }

    /// The text without the values; nil when none occurs, so that the caller goes on with its own buffer.
    ///
    /// JSON stays JSON: a replaced stretch never leaves half an escape, and what is not inside one string (a number, or
    /// a value that is itself JSON) has the strings, numbers and words that it touches replaced whole. So give the JSON
    /// text, not the frame around it. Overlapping occurrences become one, named after the longest.
    package func redact(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        let edits = edits(bytes)
        guard !edits.isEmpty else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 32 * edits.count)
        var done = 0
        for edit in edits {
            out += bytes[done..<edit.start]
            out += label(edit)
            done = edit.end
        }
        out += bytes[done...]
        return out
    }

    private func edits(_ text: UnsafeRawBufferPointer) -> [Redaction] {
        let stretches = stretches(text)
        guard !stretches.isEmpty else { return [] }
        return Redaction.merged(JSONRedaction.edits(stretches, in: text) ?? stretches.map { JSONEscapes.covering($0, in: text) })
    }

    /// What to replace in a text that is not known to be JSON, in order, not overlapping.
    func plainEdits(_ text: UnsafeRawBufferPointer) -> [Redaction] {
        Redaction.merged(stretches(text).map { JSONEscapes.covering($0, in: text) })
    }

    private func stretches(_ text: UnsafeRawBufferPointer) -> [Redaction] {
        guard let index else { return [] }
        var found: [Redaction] = []
        index.search(text) { start, needle in
            found.append(Redaction(start: start, end: start + index.length(needle), owner: index.owners[needle]))
            return true
        }
        return Redaction.merged(found)
    }

    func label(_ edit: Redaction) -> [UInt8] {
        let name = names[edit.owner]
        return Array((edit.wholeToken ? "\"[redacted:\(name)]\"" : "[redacted:\(name)]").utf8)
    }
}
