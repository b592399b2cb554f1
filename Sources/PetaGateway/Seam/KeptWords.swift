internal import PetaPolicy
internal import PetaWire

/// What of a call's content the audit may keep: what reviewers are shown at first, and no more than this.
enum KeptWords {
    /// What a rule looked at, each under its reference, as a JSON object.
    static func inputs(_ inputs: [PolicyInput]) -> String {
        var members: [JSON.Member] = []
        var size = 0
        for (index, input) in inputs.enumerated() {
            let name = input.reference.clipped(to: 100)
            var value = JSON.null
            if let found = input.value {
                var shade = ArgumentShade()
                let shown = shade.shaded(found, under: input.key)
                let text = shown.string ?? String(decoding: shown.bytes, as: UTF8.self)
                value = .string(text.count > textLimit ? text.prefix(textLimit) + "…" : text)
            }
            size += name.utf8.count + value.bytes.count
            guard size <= inputBytes else {
                members.append(JSON.Member(key: ArgumentShade.cutKey, value: .string("[\(inputs.count - index) more]")))
                break
            }
            members.append(JSON.Member(key: name, value: value))
        }
        return String(decoding: JSON.object(members).bytes, as: UTF8.self)
    }

    /// The arguments of a call; nil where they are no JSON object.
    static func arguments(_ bytes: [UInt8]) -> String? {
        guard let arguments = try? JSON.parse(bytes), arguments.object != nil else { return nil }
        return String(decoding: ArgumentShade.text(arguments, bytes: argumentBytes), as: UTF8.self)
    }

    private static let textLimit = 200
    private static let inputBytes = 4096
    private static let argumentBytes = 4096
}
