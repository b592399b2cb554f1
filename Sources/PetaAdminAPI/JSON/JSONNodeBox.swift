/// A place of a tree that is still being written.
final class JSONNodeBox {
    enum Content {
        case single(JSONNode)
        case array([JSONNodeBox])
        case object([(name: String, box: JSONNodeBox)])
    }

    var content = Content.single(.null)

    var node: JSONNode {
        switch content {
        case .single(let node): node
        case .array(let boxes): .array(boxes.map(\.node))
        case .object(let members): .object(members.map { JSONMember($0.name, $0.box.node) })
        }
    }

    /// A new place under a name; an object that was not yet one becomes one.
    func member(_ name: String) -> JSONNodeBox {
        let box = JSONNodeBox()
        if case .object(var members) = content {
            content = .single(.null)
            members.append((name, box))
            content = .object(members)
        } else {
            content = .object([(name, box)])
        }
        return box
    }

    /// A new place at the end of an array.
    func element() -> JSONNodeBox {
        let box = JSONNodeBox()
        if case .array(var boxes) = content {
            content = .single(.null)
            boxes.append(box)
            content = .array(boxes)
        } else {
            content = .array([box])
        }
        return box
    }

    func becomeObject() {
        if case .object = content { return }
        content = .object([])
    }

    func becomeArray() {
        if case .array = content { return }
        content = .array([])
    }

    func sortMembers() {
        guard case .object(let members) = content else { return }
        content = .object(members.sorted { $0.name < $1.name })
    }
}
