import PetaWire

extension DemoSession {
    static let styles = ["brief", "bullet points", "formal", "friendly"]
    static let echoTexts = ["hello", "help", "world"]

    var prompts: [JSON] {
        [
            [
                "name": "greet", "description": "Greets a person.",
                "arguments": [["name": "name", "description": "Who is greeted.", "required": true]],
            ],
            [
                "name": "summarize", "description": "Asks for a summary.",
                "arguments": [
                    ["name": "text", "description": "What is summarized.", "required": true],
                    ["name": "style", "description": "How; can be completed.", "required": false],
                ],
            ],
        ]
    }

    func getPrompt(_ params: JSON) throws(RPCError) -> JSON {
        try requireOpen()
        guard let name = params["name"]?.string else { throw .invalidParams("name is missing") }
        func argument(_ key: String) throws(RPCError) -> String {
            guard let text = params["arguments"]?[key]?.string else { throw .invalidParams("prompt '\(name)' needs the argument '\(key)'") }
            return text
        }
        switch name {
        case "greet": return Self.prompt("Greets a person.", "Please greet \(try argument("name")) warmly.")
        case "summarize":
            let style = params["arguments"]?["style"]?.string ?? "brief"
            return Self.prompt("Asks for a summary.", "Summarize this, \(style): \(try argument("text"))")
        default: throw .invalidParams("unknown prompt \(name)")
        }
    }

    func complete(_ params: JSON) throws(RPCError) -> JSON {
        try requireOpen()
        guard let argument = params["argument"]?["name"]?.string, let typed = params["argument"]?["value"]?.string else {
            throw .invalidParams("argument is missing")
        }
        let known: [String]
        switch (params["ref"]?["type"]?.string, params["ref"]?["name"]?.string, params["ref"]?["uri"]?.string) {
        case ("ref/prompt", "summarize", _): known = argument == "style" ? Self.styles : []
        case ("ref/prompt", "greet", _): known = []
        case ("ref/resource", _, Self.echoTemplate): known = argument == "text" ? Self.echoTexts : []
        default: throw .invalidParams("ref names no prompt or template of this server")
        }
        let values = known.filter { $0.hasPrefix(typed) }
        return ["completion": ["values": .array(values.map { .string($0) }), "total": .int(values.count), "hasMore": false]]
    }

    private static func prompt(_ description: String, _ text: String) -> JSON {
        [
            "description": .string(description),
            "messages": [["role": "user", "content": ["type": "text", "text": .string(text)]]],
        ]
    }
}
