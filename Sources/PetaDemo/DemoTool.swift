import PetaWire

/// The tools that do something.
enum DemoTool: String, CaseIterable {
    case echo, add, sleep, progress, fail, error, blob, environment, link, log, grow, shrink, crash, garbage, stderr, silent

    /// Bytes that `blob` makes at most.
    static let blobLimit = 32 << 20
    /// Milliseconds that `sleep` or one step of `progress` takes at most.
    static let pauseLimit = 3_600_000

    /// The entry of `tools/list`; what a revision does not know is left out.
    func definition(revision: Revision) -> JSON {
        var tool: JSON = ["name": .string(rawValue), "description": .string(description), "inputSchema": inputSchema]
        if self == .add, revision >= .june2025 {
            tool.set(key: "outputSchema", value: Self.schema([("sum", ["type": "number"])]))
        }
        tool.set(key: "annotations", value: annotations)
        return tool
    }

    private var description: String {
        switch self {
        case .echo: "Returns the text."
        case .add: "Adds two numbers."
        case .sleep: "Answers after some milliseconds; can be cancelled."
        case .progress: "Answers after some steps and reports each one."
        case .fail: "Returns an error result with this message."
        case .error: "Answers with a JSON-RPC error instead of a result."
        case .blob: "Returns a text of this many bytes."
        case .environment: "Returns the value of an environment variable of the server: the place where credentials arrive."
        case .link: "Returns a link to a resource and the resource itself."
        case .log: "Sends a log message."
        case .grow: "Adds a tool to the list, extra_N."
        case .shrink: "Takes the last added tool off the list."
        case .crash: "Ends the server's process with status 3, without an answer."
        case .garbage: "Prints lines that are no messages on standard output, then answers."
        case .stderr: "Prints lines on standard error, then answers."
        case .silent: "Never answers."
        }
    }

    /// `grow`, `shrink` and `crash` change the server; nothing reaches outside of it.
    private var annotations: JSON {
        switch self {
        case .grow: ["readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": false]
        case .shrink: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": false]
        case .crash: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": false]
        default: ["readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false]
        }
    }

    private var inputSchema: JSON {
        switch self {
        case .echo: Self.schema([("text", ["type": "string"])])
        case .add: Self.schema([("a", ["type": "number"]), ("b", ["type": "number"])])
        case .sleep: Self.schema([("ms", Self.integer(0, Self.pauseLimit))])
        case .progress: Self.schema([("steps", Self.integer(1, 10_000)), ("ms", Self.integer(0, Self.pauseLimit))])
        case .fail: Self.schema([("message", ["type": "string"])])
        case .error: Self.schema([("code", ["type": "integer"]), ("message", ["type": "string"])])
        case .blob: Self.schema([("bytes", Self.integer(0, Self.blobLimit))])
        case .environment: Self.schema([("name", ["type": "string", "minLength": 1])])
        case .link: Self.schema([("uri", ["type": "string", "format": "uri"])])
        case .log:
            Self.schema([
                ("level", ["type": "string", "enum": .array(LogLevel.allCases.map { .string($0.rawValue) })]),
                ("message", ["type": "string"]),
            ])
        case .stderr: Self.schema([("lines", Self.integer(0, 100_000))])
        case .grow, .shrink, .crash, .garbage, .silent: ["type": "object", "additionalProperties": false]
        }
    }

    private static func integer(_ least: Int, _ most: Int) -> JSON {
        ["type": "integer", "minimum": .int(least), "maximum": .int(most)]
    }

    private static func schema(_ properties: [(String, JSON)]) -> JSON {
        ["type": "object", "properties": .members(properties), "required": .array(properties.map { .string($0.0) })]
    }
}
