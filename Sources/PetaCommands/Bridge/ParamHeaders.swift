import PetaAdminAPI

/// The `Mcp-Param-…` fields of modern calls: which arguments a tool wants repeated in header fields (`x-mcp-header`, MCP reference,
/// section 5.3), learned from the lists that pass by.
struct ParamHeaders {
    private struct Parameter {
        let header: String
        /// The members that lead to the argument.
        let path: [String]
    }

    private var tools: [String: [Parameter]] = [:]
    private static let mostTools = 10_000

    /// Looks at the answer to a `tools/list`.
    mutating func learn(from answer: [UInt8]) {
        guard let list = try? JSONReader.read(answer), let listed = list["result"]?["tools"]?.elements else { return }
        for tool in listed {
            guard let name = tool["name"]?.stringValue, let schema = tool["inputSchema"] else { continue }
            var found: [Parameter] = []
            Self.collect(schema, [], &found)
            if found.isEmpty {
                tools[name] = nil
            } else if tools.count < Self.mostTools || tools[name] != nil {
                tools[name] = found
            }
        }
    }

    /// Only through `properties`: nothing else leads to one argument for certain.
    private static func collect(_ schema: JSONNode, _ path: [String], _ found: inout [Parameter]) {
        guard path.count < 16, case .object(let properties) = schema["properties"] else { return }
        for property in properties {
            let here = path + [property.name]
            if let header = property.value["x-mcp-header"]?.stringValue, isToken(header) {
                found.append(Parameter(header: header, path: here))
            }
            collect(property.value, here, &found)
        }
    }

    /// The fields of a call. An argument that is absent or null has none.
    func fields(of call: [UInt8], tool: String) -> [(String, String)] {
        guard let parameters = tools[tool], let arguments = (try? JSONReader.read(call))?["params"]?["arguments"] else { return [] }
        return parameters.compactMap { parameter in
            let argument = parameter.path.reduce(JSONNode?.some(arguments)) { $0?[$1] }
            let text: String
            switch argument {
            case .string(let value): text = value
            case .number(let literal): text = literal
            case .bool(let flag): text = flag ? "true" : "false"
            default: return nil
            }
            return ("Mcp-Param-\(parameter.header)", HeaderValue.encoded(text))
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
