/// Collects where in an answer the URIs begin (just behind their opening quote), after the shape of each kind.
struct URIFinder {
    /// Offsets, not in order.
    private(set) var places: [Int] = []

    mutating func find(_ kind: ResultRewriter.Kind, _ walker: inout JSONWalker) throws(JSONError) {
        switch kind {
        case .toolCall: try root(&walker, list: "content") { (finder, walker) throws(JSONError) in try finder.block(&walker) }
        case .promptGet: try root(&walker, list: "messages") { (finder, walker) throws(JSONError) in try finder.message(&walker) }
        case .resourceRead:
            try root(&walker, list: "contents") { (finder, walker) throws(JSONError) in try finder.resource(&walker, "uri") }
        case .resourceList:
            try root(&walker, list: "resources") { (finder, walker) throws(JSONError) in try finder.resource(&walker, "uri") }
        case .templateList:
            try root(&walker, list: "resourceTemplates") { (finder, walker) throws(JSONError) in
                try finder.resource(&walker, "uriTemplate")
            }
        case .resourceUpdated: try resource(&walker, "uri")
        case .error:
            try walker.eachMember { (walker, key) throws(JSONError) in
                if try walker.matches(key, "data") { try member(&walker, "uri") } else { try walker.skipValue() }
            }
        }
    }

    private typealias Visit = (inout URIFinder, inout JSONWalker) throws(JSONError) -> Void

    private mutating func root(_ walker: inout JSONWalker, list: StaticString, _ visit: Visit) throws(JSONError) {
        try walker.eachMember { (walker, key) throws(JSONError) in
            if try walker.matches(key, list) {
                try walker.eachItem { (walker) throws(JSONError) in try visit(&self, &walker) }
            } else if try walker.matches(key, "_meta") {
                try meta(&walker)
            } else {
                try walker.skipValue()
            }
        }
    }

    private mutating func message(_ walker: inout JSONWalker) throws(JSONError) {
        try walker.eachMember { (walker, key) throws(JSONError) in
            if try walker.matches(key, "content") {
                try walker.eachItem { (walker) throws(JSONError) in try block(&walker) }
            } else {
                try walker.skipValue()
            }
        }
    }

    /// A content block. Its own `uri` counts only in a `resource_link`; the type may stand behind it.
    private mutating func block(_ walker: inout JSONWalker) throws(JSONError) {
        var links: [Int] = []
        var isLink = false
        try walker.eachMember { (walker, key) throws(JSONError) in
            if try walker.matches(key, "type") {
                if let type = try string(&walker), try walker.matches(type, "resource_link") { isLink = true }
            } else if try walker.matches(key, "uri") {
                if let uri = try string(&walker) { links.append(uri.lowerBound) }
            } else if try walker.matches(key, "resource") {
                try resource(&walker, "uri")
            } else if try walker.matches(key, "_meta") {
                try meta(&walker)
            } else {
                try walker.skipValue()
            }
        }
        if isLink { places += links }
    }

    private mutating func resource(_ walker: inout JSONWalker, _ name: StaticString) throws(JSONError) {
        try walker.eachMember { (walker, key) throws(JSONError) in
            if try walker.matches(key, name) {
                if let uri = try string(&walker) { places.append(uri.lowerBound) }
            } else if try walker.matches(key, "_meta") {
                try meta(&walker)
            } else {
                try walker.skipValue()
            }
        }
    }

    /// MCP Apps: `_meta.ui.resourceUri`, and the older spelling `_meta["ui/resourceUri"]`.
    private mutating func meta(_ walker: inout JSONWalker) throws(JSONError) {
        try walker.eachMember { (walker, key) throws(JSONError) in
            if try walker.matches(key, "ui") {
                try member(&walker, "resourceUri")
            } else if try walker.matches(key, "ui/resourceUri") {
                if let uri = try string(&walker) { places.append(uri.lowerBound) }
            } else {
                try walker.skipValue()
            }
        }
    }

    private mutating func member(_ walker: inout JSONWalker, _ name: StaticString) throws(JSONError) {
        try walker.eachMember { (walker, key) throws(JSONError) in
            if try walker.matches(key, name) {
                if let uri = try string(&walker) { places.append(uri.lowerBound) }
            } else {
                try walker.skipValue()
            }
        }
    }

    /// Moves over a value; its text when it is a string.
    private func string(_ walker: inout JSONWalker) throws(JSONError) -> JSONWalker.Token? {
        guard walker.isAt(UInt8(ascii: "\"")) else {
            try walker.skipValue()
            return nil
        }
        return try walker.skipString()
    }
}
