import Foundation
import PetaTestSupport
import Testing

/// Real servers behind the gateway: one of the official SDK over HTTP, and three published ones over stdio.
@Suite("servers of others")
struct SDKServerTests {
    @Test(
        "a server of the official SDK is reached over HTTP, with a credential from the vault",
        arguments: [[], ["--json"], ["--stateless"], ["--json", "--stateless"]])
    func http(flags: [String]) throws {
        let rig = try DownstreamRig()
        let secret = "sk-\(UUID().uuidString)"
        #expect(try rig.gateway.peta("secret", "set", "web-key", "--stdin", stdin: secret).status == 0)
        let (peer, url) = try PythonPeer.httpServer(flags + ["--require-header", "Authorization=Bearer \(secret)"])
        defer { peer.signal(SIGKILL) }
        try rig.gateway.expect("server", "add", "refused", "--url", url)
        #expect((try rig.show("refused")["lastError"] as? String)?.contains("401") == true)
        try rig.gateway.expect("server", "remove", "refused", "--yes")
        try rig.gateway.expect("server", "add", "web", "--url", url, "--header", "Authorization=Bearer ${secret:web-key}")
        #expect(try rig.show("web")["state"] as? String == "online")
        #expect(try rig.show("web")["protocolVersion"] as? String == "2026-07-28")

        for mode in ["legacy", "auto"] {
            let seen = try PythonPeer.client(
                ["list", "call", "progress", "unicode"] + (mode == "legacy" ? ["ping"] : []), target: rig.gateway.url, token: rig.token,
                arguments: ["--server", "web", "--mode", mode])
            #expect(seen["unicode"]?["same"] as? Bool == true)
            // A stateless server that answers with JSON has no way to report progress.
            if flags.isEmpty { #expect((seen["progress"]?["steps"] as? [Any])?.count == 5) }
        }

        let client = try rig.client()
        #expect(try client.callText("web__whoami") == "Bearer [redacted:web-key]")
        #expect(try client.callText("web::big", #"{"bytes":300000}"#).utf8.count == 300000)
        #expect((try client.call("web::boom")["isError"] as? Bool) == true)
        #expect(try client.callError("web::boom", #"{"code":-32099}"#).code == -32099)
        let link = try client.call("web::link", #"{"uri":"peer://about"}"#)["content"] as? [[String: Any]]
        #expect(link?.first?["uri"] as? String == "web::peer://about")
        let about = try client.request("resources/read", #"{"uri":"web::peer://about"}"#)
        #expect(about.text.contains("a peer for tests") && about.text.contains("web::peer://about"))
        #expect(try client.request("resources/read", #"{"uri":"web::peer://item/ink"}"#).text.contains("item ink"))
        #expect(try client.request("prompts/get", #"{"name":"web__greet","arguments":{"name":"Ada"}}"#).text.contains("greet Ada"))
        let completion = #"{"ref":{"type":"ref/prompt","name":"web__greet"},"argument":{"name":"name","value":"b"}}"#
        #expect(try client.request("completion/complete", completion).text.contains("bravo"))
        #expect(try !rig.gateway.expect("audit", "tail", "-n", "1000", "--json").contains(secret))
        client.http.close()
        try rig.finish()
        #expect(!rig.gateway.log.contains(secret))
    }

    @Test("what a modern server of the official SDK tells its listener reaches the lists", arguments: [[], ["--json", "--stateless"]])
    func changes(flags: [String]) throws {
        let rig = try DownstreamRig()
        let (peer, url) = try PythonPeer.httpServer(flags)
        defer { peer.signal(SIGKILL) }
        try rig.gateway.expect("server", "add", "web", "--url", url)
        let client = try rig.client()
        #expect(try !DownstreamLifeTests.tools(client).contains("web__grown"))
        #expect(try client.callText("web::grow") == "grew")
        try eventually("the new tool is listed") { try DownstreamLifeTests.tools(client).contains("web__grown") }
        client.http.close()
        try rig.finish()
    }

    @Test("mcp-server-time answers through the gateway")
    func time() throws {
        let rig = try DownstreamRig()
        try rig.gateway.expect("server", "add", "time", "--", PythonPeer.command("mcp-server-time"), "--local-timezone", "UTC")
        #expect(try rig.show("time")["protocolVersion"] as? String == "2026-07-28")
        #expect(try Set(listed(rig)) == ["time__get_current_time", "time__convert_time"])
        let client = try rig.client()
        let converted = try client.callText(
            "time__convert_time", #"{"source_timezone":"UTC","time":"12:00","target_timezone":"Asia/Tokyo"}"#)
        #expect(converted.contains("+9.0h"))
        #expect(try client.call("time::get_current_time", #"{"timezone":"Nowhere/Land"}"#)["isError"] as? Bool == true)
        client.http.close()
        try rig.finish()
    }

    @Test("mcp-server-sqlite, which knows only the handshake, answers clients of both eras through the gateway")
    func sqlite() throws {
        let rig = try DownstreamRig()
        try rig.gateway.expect(
            "server", "add", "sql", "--", PythonPeer.command("mcp-server-sqlite", of: .old), "--db-path", rig.state.path("db"))
        #expect(try listed(rig).contains("sql__read_query"))
        let client = try rig.client()
        _ = try client.callText("sql__create_table", #"{"query":"CREATE TABLE t (a INTEGER)"}"#)
        _ = try client.callText("sql__write_query", #"{"query":"INSERT INTO t VALUES (41)"}"#)
        #expect(try client.callText("sql__read_query", #"{"query":"SELECT a+1 AS b FROM t"}"#).contains("42"))
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let read = try site.modern(.call("sql__read_query", #"{"query":"SELECT a FROM t"}"#))
        #expect(read.toolText?.contains("41") == true && read.result?["resultType"] as? String == "complete", "\(read.text)")
        let prompts = try site.modern(ModernRequest("prompts/list"))
        #expect(prompts.text.contains("sql__mcp-demo"))
        let memo = "sql::memo://insights"
        let insights = try site.modern(ModernRequest("resources/read", #""uri":"\#(memo)""#, name: memo))
        #expect(insights.result?["contents"] != nil, "\(insights.text)")
        client.http.close()
        try rig.finish()
    }

    @Test("mcp-proxy in front of another server answers through the gateway")
    func proxy() throws {
        let rig = try DownstreamRig()
        let (peer, url) = try PythonPeer.httpServer()
        defer { peer.signal(SIGKILL) }
        try rig.gateway.expect(
            "server", "add", "via", "--", PythonPeer.command("mcp-proxy", of: .old), "--transport", "streamablehttp", url)
        let client = try rig.client()
        #expect(try client.callText("via__echo", #"{"text":"through two"}"#) == "through two")
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        #expect(try site.modern(.call("via__add", #"{"a":1,"b":2}"#)).result?["structuredContent"] as? [String: Double] == ["result": 3])
        client.http.close()
        try rig.finish()
    }

    @Test("mcp-server-git answers through the gateway")
    func git() throws {
        let rig = try DownstreamRig()
        let repository = rig.state.path("repo")
        let made = try run(
            "/bin/sh",
            [
                "-c",
                "git init -q \"$0\" && cd \"$0\" && echo hi > a && git add a && git -c user.name=T -c user.email=t@example.org commit -qm first",
                repository,
            ])
        try #require(made.status == 0)
        try rig.gateway.expect("server", "add", "git", "--", PythonPeer.command("mcp-server-git"), "--repository", repository)
        #expect(try listed(rig).contains("git__git_status"))
        let client = try rig.client()
        #expect(try client.callText("git__git_log", #"{"repo_path":"\#(repository)"}"#).contains("first"))
        #expect(try client.callText("git__git_status", #"{"repo_path":"\#(repository)"}"#).contains("clean"))
        #expect(try client.call("git__git_status", #"{"repo_path":"/"}"#)["isError"] as? Bool == true)
        client.http.close()
        try rig.finish()
    }

    @Test("the tools and prompts of mcp-server-fetch are listed")
    func fetch() throws {
        let rig = try DownstreamRig()
        try rig.gateway.expect("server", "add", "fetch", "--", PythonPeer.command("mcp-server-fetch"))
        #expect(try listed(rig) == ["fetch__fetch"])
        #expect(try rig.client().request("prompts/list").text.contains("fetch__fetch"))
        try rig.finish()
    }

    private func listed(_ rig: DownstreamRig) throws -> [String] {
        try DownstreamLifeTests.tools(rig.client())
    }
}
