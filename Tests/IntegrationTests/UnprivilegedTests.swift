import Foundation
import PetaTestSupport
import Testing

/// As most will run it: as a user of its own.
@Suite("Without root")
struct UnprivilegedTests {
    @Test("a gateway that is not root's serves clients, reaches servers over HTTP and pipes, and says nothing strange")
    func works() throws {
        let gateway = try Gateway(isUnprivileged: true)
        let token = try gateway.token()
        let web = try PythonPeer.httpServer()
        try gateway.expect("server", "add", "web", "--url", web.url)
        try gateway.expect("server", "add", "demo", "--", try gateway.program, "demo-server")
        let session = try MCPConnection.open(port: gateway.port, token: token)
        #expect(try session.callText("demo__echo", #"{"text":"over a pipe"}"#) == "over a pipe")
        let listed = try session.request("tools/list").result?["tools"] as? [[String: Any]] ?? []
        #expect(listed.contains { ($0["name"] as? String)?.hasPrefix("web__") == true })
        #expect(!(try gateway.expect("server", "list", "--json")).contains(#""error""#))
        try gateway.stop()
        // Every line is the log's or the greeting's.
        let strange = gateway.process.stderr.text.split(separator: "\n").filter { !$0.hasPrefix("20") }
        #expect(strange.isEmpty, "\(strange)")
    }
}
