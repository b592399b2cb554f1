import PetaAdminAPI

/// What may stand for an argument, as its declaration says.
enum ArgumentCompletion {
    case none
    case list([String])
    case files
    case names(NameKind)

    /// From the argument parser's dump of an argument.
    init(_ node: JSONNode) {
        let kind = node["completionKind"]
        if let values = kind?["list"]?["values"]?.elements ?? node["allValues"]?.elements {
            self = .list(values.compactMap(\.stringValue))
        } else if let command = kind?["shellCommand"]?["command"]?.stringValue, let names = LiveNames.kind(ofCommand: command) {
            self = .names(names)
        } else if kind?["file"] != nil || kind?["directory"] != nil {
            self = .files
        } else {
            self = .none
        }
    }
}
