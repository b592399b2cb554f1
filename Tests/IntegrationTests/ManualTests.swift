import Foundation
import PetaTestSupport
import Testing

/// The man pages, as those who read them see them. `scripts/bootstrap.sh test` installs the programs.
@Suite struct ManualTests {
    private static let pages: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: PetaBinary.sourceRoot + "/man")) ?? []).sorted()

    private static func run(_ line: String) throws -> RunResult {
        try PetaTestSupport.run("/bin/sh", ["-c", line], directory: PetaBinary.sourceRoot + "/man")
    }

    @Test("mandoc and groff find nothing to warn of")
    func lint() throws {
        #expect(Self.pages.count > 20)
        for program in ["mandoc", "groff"] {
            #expect(try Self.run("command -v \(program)").status == 0, "\(program) is missing; scripts/bootstrap.sh test installs it")
        }
        // A page of this system that is not installed yet is no mistake of the page that refers to it.
        let mandoc = try Self.run("mandoc -Tlint -Wwarning * | grep -v 'no such manual'")
        #expect(mandoc.stdout.isEmpty && mandoc.stderr.isEmpty, "\(mandoc.stdout)\(mandoc.stderr)")
        for page in Self.pages {
            let groff = try Self.run("groff -ww -z -mandoc -Tutf8 '\(page)'")
            #expect(groff.stderr.isEmpty && groff.status == 0, "\(page): \(groff.stderr)")
        }
    }

    @Test("every page has its sections, and refers to pages that are there")
    func sections() throws {
        for page in Self.pages {
            let text = try String(contentsOfFile: PetaBinary.sourceRoot + "/man/" + page, encoding: .utf8)
            let needed =
                page.hasSuffix(".1")
                ? ["NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
                : ["NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"]
            for section in needed { #expect(text.contains("\n.Sh \(section)\n"), "\(page): \(section)") }
            for match in text.matches(of: /\.Xr (peta\S*) (\d)/) {
                #expect(Self.pages.contains("\(match.1).\(match.2)"), "\(page) refers to \(match.1)(\(match.2))")
            }
        }
    }

    @Test("the protocol's page holds every route of the OpenAPI document")
    func routes() throws {
        let page = try String(contentsOfFile: PetaBinary.sourceRoot + "/man/peta-admin.7", encoding: .utf8)
            .replacingOccurrences(of: "\\-", with: "-")
        let document = try String(contentsOfFile: PetaBinary.sourceRoot + "/etc/admin-openapi.yaml", encoding: .utf8)
        var path = ""
        var count = 0
        for line in document.split(separator: "\n") {
            if let match = line.wholeMatch(of: /\ {2}(\/\S*):/) { path = String(match.1) }
            guard let match = line.wholeMatch(of: /\ {4}(get|put|post|patch|delete):/) else { continue }
            count += 1
            #expect(page.contains(".It Sy \(match.1.uppercased()) Pa \(path)\n"), "\(match.1) \(path)")
        }
        #expect(count > 60)
    }

    @Test("pages can be read in a terminal, also in a narrow one")
    func rendered() throws {
        for width in [40, 80] {
            let text = try Self.run("mandoc -Tutf8 -Owidth=\(width) peta-shell.1 peta-admin.7").stdout.replacing(/.\x{08}/, with: "")
            #expect(text.contains("NAME") && text.contains("peta-admin"))
        }
    }
}
