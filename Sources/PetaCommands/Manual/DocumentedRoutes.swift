import PetaAdminAPI
import Yams

/// The routes of the admin protocol, read from its OpenAPI document for the man page.
struct DocumentedRoutes {
    struct Parameter {
        let name: String
        /// path or query.
        let place: String
        let what: String
    }

    struct Route {
        let method: String
        let path: String
        let summary: String
        let prose: String
        let parameters: [Parameter]
        /// The schema of the body; empty where there is none.
        let body: String
        /// The schema of the answer; empty where there is nothing to say.
        let answer: String
        let status: String
        let isStream: Bool
        /// Codes of the errors that it answers with, beside those of every route.
        let errors: [String]
    }

    /// By their tags, in the order of the document.
    private(set) var groups: [(tag: String, routes: [Route])] = []

    init(yaml: String) throws {
        guard let root = try Yams.compose(yaml: yaml), let paths = root["paths"]?.mapping else {
            throw AdminError(.invalidArgument, "the document has no paths")
        }
        for (path, operations) in paths {
            for (method, operation) in operations.mapping ?? [:] {
                guard let path = path.string, let method = method.string, ["get", "put", "post", "patch", "delete"].contains(method) else {
                    continue
                }
                let route = Self.route(method.uppercased(), path, operation, root)
                let tag = operation["tags"]?[0]?.string ?? ""
                if let index = groups.firstIndex(where: { $0.tag == tag }) {
                    groups[index].routes.append(route)
                } else {
                    groups.append((tag, [route]))
                }
            }
        }
    }

    private static func route(_ method: String, _ path: String, _ operation: Node, _ root: Node) -> Route {
        var errors: [String] = []
        var answer: Node?
        var status = ""
        for (code, response) in operation["responses"]?.mapping ?? [:] {
            guard let code = code.string, let number = Int(code) else { continue }
            if number < 400 {
                (status, answer) = (code, response["content"])
            } else if number != 400, number != 403 {
                errors.append(number == 413 ? "invalid_argument (413)" : AdminErrorCode(httpStatus: number).rawValue)
            }
        }
        let parameters = (operation["parameters"]?.sequence.map(Array.init) ?? []).map { node -> Parameter in
            let found = resolved(node, root)
            return Parameter(name: found["name"]?.string ?? "", place: found["in"]?.string ?? "", what: found["description"]?.string ?? "")
        }
        return Route(
            method: method, path: path, summary: operation["summary"]?.string ?? "",
            prose: operation["description"]?.string ?? "", parameters: parameters, body: content(operation["requestBody"]?["content"]),
            answer: content(answer), status: status, isStream: answer?["application/x-ndjson"] != nil, errors: errors)
    }

    private static func resolved(_ node: Node, _ root: Node) -> Node {
        guard let reference = node["$ref"]?.string else { return node }
        return reference.split(separator: "/").dropFirst().reduce(root) { node, name in node[String(name)] ?? node }
    }

    /// `ServerEntry`, `array of ServerEntry`, `a text`.
    private static func content(_ node: Node?) -> String {
        guard let content = node?.mapping.flatMap({ $0.first })?.value, let type = node?.mapping?.first?.key.string else { return "" }
        let schema = content["schema"]
        if let name = name(schema) { return name }
        if let name = name(schema?["items"]) { return "an array of \(name)" }
        return type.hasPrefix("application/json") || type.hasSuffix("ndjson") ? "JSON" : "bytes (\(type))"
    }

    private static func name(_ schema: Node?) -> String? {
        schema?["$ref"]?.string?.split(separator: "/").last.map(String.init)
    }
}
