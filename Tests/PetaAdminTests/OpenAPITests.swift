import Foundation
import PetaAdmin
import PetaAdminAPI
import Testing

@Suite("The OpenAPI document")
struct OpenAPITests {
    @Test("it lists exactly the routes that are served")
    func routes() throws {
        let served = AdminServer.routes.map { $0.method + " " + $0.template }
        let documented = try documented().map(\.route)
        #expect(Set(served).count == served.count)
        #expect(documented.sorted() == served.sorted())
        #expect(served.count == 83)
    }

    @Test("every route names its path's variables as parameters, and what it refers to is there")
    func references() throws {
        let text = try document()
        let references = Set(text.matches(of: /#\/components\/([a-z]+)\/(\w+)/).map { "\($0.1)/\($0.2)" })
        var section = ""
        var defined: Set<String> = []
        var inComponents = false
        for line in text.split(separator: "\n") {
            if line == "components:" { inComponents = true }
            guard inComponents else { continue }
            if let match = line.wholeMatch(of: /\ {2}(\w+):/) { section = String(match.1) }
            if let match = line.wholeMatch(of: /\ {4}(\w+):/) { defined.insert(section + "/" + match.1) }
        }
        #expect(references == defined)
        for (route, lines) in try documented() {
            let variables = route.matches(of: /\{(\w+)\}/).count
            let parameters = lines.filter { $0.contains("#/components/parameters/") }.count
            #expect(parameters >= variables, "\(route)")
        }
    }

    @Test("an act's errors include that the audit cannot be written; a read's do not")
    func unavailable() throws {
        for (route, lines) in try documented() {
            let isAct = !route.hasPrefix("GET ") && !Self.reads.contains(route) || Self.revealing.contains(route)
            #expect(lines.contains { $0.contains("responses/Unavailable") } == isAct, "\(route)")
        }
    }

    /// Reads that a parameter makes an act.
    private static let revealing: Set<String> = ["GET /v1/secrets/{name}", "GET /v1/approvals/{id}"]
    /// What needs a body or takes long, and changes nothing.
    private static let reads: Set<String> = [
        "POST /v1/audit/verify", "POST /v1/policy/lint", "POST /v1/policy/test", "POST /v1/policy/diff",
    ]

    private func document() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("etc/admin-openapi.yaml"), encoding: .utf8)
    }

    /// Method and path of every operation with its lines; as much YAML as the document uses.
    private func documented() throws -> [(route: String, lines: [Substring])] {
        var found: [(route: String, lines: [Substring])] = []
        var path = ""
        var inPaths = false
        for line in try document().split(separator: "\n") {
            if !line.hasPrefix(" "), !line.hasPrefix("#") { inPaths = line == "paths:" }
            guard inPaths else { continue }
            if let match = line.wholeMatch(of: /\ {2}(\/\S*):/) {
                path = String(match.1)
            } else if let match = line.wholeMatch(of: /\ {4}(get|put|post|patch|delete):/) {
                found.append((match.1.uppercased() + " " + path, []))
            } else if !found.isEmpty {
                found[found.count - 1].lines.append(line)
            }
        }
        return found
    }
}
