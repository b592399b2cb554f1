import Foundation
import PetaTestSupport
import Testing

/// Each finding is provoked, and gone once its remedy was typed.
@Suite("peta doctor")
struct DoctorTests {
    private typealias Finding = [String: Any]

    private static func findings(_ result: RunResult) throws -> [Finding] {
        try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [Finding] ?? []
    }

    /// The findings of a running gateway.
    private static func look(_ gateway: Gateway, _ arguments: String...) throws -> [Finding] {
        let result = try gateway.peta(["doctor", "--json"] + arguments)
        let found = try findings(result)
        let severities = found.map { word("severity", $0) }
        #expect(result.status == (severities.contains("failure") ? 1 : severities.contains("warning") ? 2 : 0), "\(result.stderr)")
        return found
    }

    private static func word(_ key: String, _ finding: Finding?) -> String { finding?[key] as? String ?? "" }

    /// A certificate that ran out in 2020. 'openssl req' makes none such; its authority takes dates in every version.
    private static func makeExpired(_ name: String, _ files: TemporaryDirectory) throws {
        let configuration = """
            [ca]
            default_ca = d
            [d]
            database = \(files.path("index.txt"))
            new_certs_dir = \(files.path)
            rand_serial = yes
            default_md = sha256
            policy = p
            [p]
            commonName = supplied
            """
        try files.write(configuration, to: "ca.cnf")
        try files.write("", to: "index.txt")
        let (key, request) = (files.path(name + ".key"), files.path(name + ".csr"))
        for arguments in [
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out",
                request,
            ],
            [
                "ca", "-batch", "-selfsign", "-config", files.path("ca.cnf"), "-in", request, "-keyfile", key, "-out",
                files.path(name + ".crt"), "-notext", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z",
            ],
        ] {
            let made = try run("/usr/bin/openssl", arguments)
            #expect(made.status == 0, "\(made.stderr)")
        }
    }

    private static func severity(_ check: String, _ findings: [Finding]) -> String? {
        let found = findings.first { $0["check"] as? String == check }
        if let severity = found?["severity"] as? String, severity != "ok" {
            #expect(!Self.word("remedy", found).isEmpty, "\(check)")
        }
        return found?["severity"] as? String
    }

    /// The database's connections are made when they are first needed, and kept: after this a look opens nothing that it does not close.
    private static func warm(_ gateway: Gateway) throws {
        for _ in 0..<3 { _ = try gateway.peta("doctor", "--json") }
    }

    private func change(_ gateway: Gateway, _ sql: String) throws {
        let script = "import sqlite3,sys; d = sqlite3.connect(sys.argv[1], timeout=20); d.executescript(sys.argv[2]); d.commit()"
        let result = try run(PythonPeer.command("python"), ["-c", script, gateway.data + "/peta.db", sql])
        #expect(result.status == 0, "\(result.stderr)")
    }

    @Test("of a gateway that is well nothing fails, and asking changes nothing")
    func well() throws {
        let rig = try DownstreamRig { try Self.warm($0) }
        try rig.gateway.addDemo()
        let before = try rig.records(kind: "admin").count
        let found = try Self.look(rig.gateway)
        #expect(!found.contains { $0["ok"] as? Bool == false }, "\(found)")
        for check in [
            "files.directory", "files.key", "database.integrity", "audit.chain", "vault.secrets", "servers.state", "configuration.read",
        ] {
            #expect(Self.severity(check, found) == "ok", "\(check)")
        }
        #expect(try rig.records(kind: "admin").count == before)
        // A container has a clock that nobody keeps, and memory that may not be locked.
        let text = try rig.gateway.peta("doctor", "--verbose").stdout
        #expect(text.contains("servers\n  ok    1 server is well"), "\(text)")
        #expect(try Self.severity("database.integrity", Self.look(rig.gateway, "--full")) == "ok")
        try rig.finish()
    }

    @Test("files that are open to others are told of, and well after the remedy")
    func files() throws {
        let rig = try DownstreamRig { try Self.warm($0) }
        let (data, key) = (rig.gateway.data, rig.gateway.data + "/key")
        chmod(key, 0o644)
        chmod(data, 0o755)
        chmod(rig.gateway.socket, 0o666)
        var found = try Self.look(rig.gateway)
        #expect(Self.severity("files.key", found) == "failure")
        #expect(Self.severity("files.directory", found) == "warning")
        #expect(Self.severity("files.socket", found) == "failure")
        for finding in found where ["files.key", "files.directory", "files.socket"].contains(finding["check"] as? String) {
            let remedy = try #require(finding["remedy"] as? String)
            #expect(try run("/bin/sh", ["-c", remedy]).status == 0, "\(remedy)")
        }
        found = try Self.look(rig.gateway)
        #expect(Self.severity("files.key", found) == "ok" && Self.severity("files.directory", found) == "ok")
        chmod(data, 0o777)
        #expect(try Self.severity("files.directory", Self.look(rig.gateway)) == "failure")
        chmod(data, 0o700)
        try rig.finish()
    }

    @Test("servers without their command or their secret, secrets that do not open, and users that cannot connect")
    func parts() throws {
        let gateway = try Gateway()
        _ = try gateway.peta("server", "add", "gone", "--", "no-such-program", "x")
        try gateway.addDemo("whole")
        #expect(try gateway.peta("secret", "set", "used", "--stdin", stdin: "planted-used").status == 0)
        #expect(try gateway.peta("secret", "set", "torn", "--stdin", stdin: "planted-torn").status == 0)
        try gateway.addDemo("needs", options: ["--env", "A=${secret:used}"])
        try gateway.expect("secret", "remove", "used", "--force", "--yes")
        try gateway.expect("user", "add", "bob")
        try gateway.expect("token", "create", "owner", "--expires", "1s")
        try change(gateway, "UPDATE vault_secrets SET sealed = substr(sealed, 1, 10) WHERE name = 'torn'")
        try eventually("the token has run out") { try Self.severity("people.tokens", Self.look(gateway)) == "warning" }
        let found = try Self.look(gateway)
        #expect(Self.severity("servers.state:gone", found) == "failure")
        #expect(Self.severity("servers.references:needs", found) == "failure")
        #expect(Self.severity("vault.secrets:torn", found) == "failure")
        #expect(Self.severity("people.users:bob", found) == "warning")
        let text = "\(found)"
        #expect(text.contains("peta secret set used") && text.contains("peta token create bob") && !text.contains("planted"))
        try gateway.expect("token", "create", "bob")
        #expect(try Self.severity("people.users:bob", Self.look(gateway)) == nil)
        try gateway.stop()
    }

    @Test("an audit that was changed, and a clock behind it")
    func audit() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        #expect(try Self.severity("audit.chain", Self.look(rig.gateway)) == "ok")
        try change(rig.gateway, "UPDATE audit SET time = time + 3600000000 WHERE seq = (SELECT max(seq) FROM audit)")
        let found = try Self.look(rig.gateway)
        #expect(Self.severity("audit.chain", found) == "failure")
        #expect(Self.severity("clock.back", found) == "failure")
        #expect(found.contains { Self.word("detail", $0).contains("was set back") })
        try rig.gateway.stop()
        let second = try rig.gateway.restarted()
        #expect(second.log.contains("the clock is behind the newest record"))
        try second.stop()
    }

    @Test("a configuration that was changed and not read, that cannot be read, that waits for a start, that everybody may write")
    func configuration() throws {
        let files = try TemporaryDirectory()
        try files.write("loops: 1\n", to: "peta.yaml")
        let gateway = try Gateway(arguments: ["--config", files.path("peta.yaml")])
        try files.write("loops: 2\nlog:\n  level: debug\n", to: "peta.yaml")
        chmod(files.path("peta.yaml"), 0o666)
        var found = try Self.look(gateway)
        #expect(Self.severity("configuration.read", found) == "warning" && Self.severity("configuration.waiting", found) == "warning")
        #expect(Self.severity("files.configuration", found) == "failure")
        try files.write("loops: many\n", to: "peta.yaml")
        found = try Self.look(gateway)
        #expect(Self.severity("configuration.read", found) == "failure" && "\(found)".contains("peta.yaml:1: loops"))
        try gateway.stop()
    }

    @Test("a sealed vault is told of, and well once its remedy was typed")
    func sealed() throws {
        let gateway = try Gateway()
        try gateway.addDemo()
        try gateway.expect("vault", "seal", "--yes")
        var found = try Self.look(gateway)
        #expect(Self.severity("vault.open", found) == "failure" && Self.severity("database.integrity", found) == "ok")
        #expect(Self.severity("audit.chain", found) == nil)
        let sealed = found.first { $0["check"] as? String == "vault.open" }
        #expect(Self.word("remedy", sealed) == "peta vault unseal")
        try gateway.expect("vault", "unseal")
        found = try Self.look(gateway)
        #expect(Self.severity("vault.open", found) == "ok" && Self.severity("audit.chain", found) == "ok")
        try gateway.stop()
    }

    @Test("anchors that cannot be put, metrics, levels of the log that were changed")
    func told() throws {
        let files = try TemporaryDirectory()
        let port = try Gateway.freePort()
        let gateway = try Gateway(environment: [
            "PETA_AUDIT_ANCHOR_FILE": files.path("none/anchors"), "PETA_METRICS_LISTEN": "127.0.0.1:\(port)",
        ])
        try eventually("the anchor fails") { try Self.severity("audit.anchor", Self.look(gateway)) == "warning" }
        try eventually("metrics are served") { try Self.severity("telemetry.metrics", Self.look(gateway)) == "ok" }
        try FileManager.default.createDirectory(atPath: files.path("none"), withIntermediateDirectories: true)
        try gateway.expect("audit", "anchor", "--put")
        try gateway.expect("log", "level", "gateway=debug")
        var found = try Self.look(gateway)
        #expect(Self.severity("audit.anchor", found) == "ok" && Self.severity("log.levels", found) == "warning", "\(found)")
        try gateway.expect("log", "level", "--reset")
        found = try Self.look(gateway)
        #expect(Self.severity("log.levels", found) == nil)
        try gateway.stop()
    }

    @Test("without a gateway it looks at the place: port, database, what was left behind, and nothing is changed")
    func offline() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.kill()
        let other = try Gateway()
        let settings = ["--data-dir", rig.gateway.data, "--admin-socket", rig.gateway.socket]
        func look(_ arguments: [String]) throws -> [Finding] {
            let result = try run(PetaBinary.path(), ["doctor", "--json"] + settings + arguments)
            #expect(result.status == 1, "\(result.stderr)")
            return try Self.findings(result)
        }
        var found = try look(["--listen", "127.0.0.1:\(other.port)", "--listen", "0.0.0.0:\(try Gateway.freePort())"])
        #expect(Self.severity("gateway.running", found) == "failure")
        #expect(Self.severity("listen.address:127.0.0.1:\(other.port)", found) == "failure")
        #expect(
            found.contains { Self.word("check", $0).hasPrefix("listen.address:0.0.0.0") && $0["severity"] as? String == "warning" })
        #expect(Self.severity("files.socket", found) == "warning")
        #expect(Self.severity("database.integrity", found) == "ok")
        #expect(rename(rig.gateway.data + "/key", rig.gateway.data + "/key.away") == 0)
        #expect(try Self.severity("files.key", look([])) == "failure")
        #expect(rename(rig.gateway.data + "/key.away", rig.gateway.data + "/key") == 0)
        #expect(try Self.severity("files.key", look([])) == "ok")
        try change(rig.gateway, "INSERT INTO grdb_migrations VALUES ('vault/99 from the future')")
        found = try look([])
        #expect(found.contains { Self.word("detail", $0).contains("newer peta") })
        let database = rig.gateway.data + "/peta.db"
        for name in ["-wal", "-shm"] { unlink(database + name) }
        try Data(String(repeating: "this is no database ", count: 1000).utf8).write(to: URL(fileURLWithPath: database))
        #expect(try Self.severity("database.integrity", look([])) == "failure")
        // The other gateway holds its data, and answers elsewhere.
        let held = try Self.findings(
            run(PetaBinary.path(), ["doctor", "--json", "--data-dir", other.data, "--admin-socket", other.directory.path("nowhere.sock")]))
        #expect(
            held.contains { $0["check"] as? String == "database.lock" && Self.word("detail", $0).contains("\(other.process.pid)") })
        try other.stop()
    }

    @Test("certificates: ran out, of another key, signed by themselves, without names, with an open key; and too few files")
    func certificates() throws {
        let files = try TemporaryDirectory()
        func make(_ name: String, days: Int, _ more: [String] = []) throws {
            let made = try run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)", "-subj",
                    "/CN=x",
                    "-keyout", files.path(name + ".key"), "-out", files.path(name + ".crt"),
                ] + more)
            #expect(made.status == 0, "\(made.stderr)")
            chmod(files.path(name + ".key"), 0o600)
        }
        func look(_ certificate: String, _ key: String, shell: String = "") throws -> [Finding] {
            let words = [
                try PetaBinary.path(), "doctor", "--json", "--data-dir", files.path("data"), "--admin-socket", files.path("s"), "--listen",
                "127.0.0.1:\(try Gateway.freePort())", "--tls-cert", files.path(certificate), "--tls-key", files.path(key),
            ]
            return try Self.findings(run("/bin/sh", ["-c", shell + words.joined(separator: " ")]))
        }
        try make("good", days: 90, ["-addext", "subjectAltName=DNS:x.test"])
        try make("soon", days: 3)
        try Self.makeExpired("old", files)
        var found = try look("good.crt", "good.key")
        #expect(Self.severity("certificate.usable", found) == "ok" && Self.severity("certificate.expiry", found) == "ok")
        #expect(Self.severity("certificate.issuer", found) == "warning" && Self.severity("certificate.names", found) == "ok")
        #expect(try Self.severity("certificate.usable", look("good.crt", "soon.key")) == "failure")
        #expect(try Self.severity("certificate.usable", look("none.crt", "soon.key")) == "failure")
        found = try look("soon.crt", "soon.key")
        #expect(Self.severity("certificate.expiry", found) == "warning" && Self.severity("certificate.names", found) == "failure")
        #expect(try Self.severity("certificate.expiry", look("old.crt", "old.key")) == "failure")
        chmod(files.path("good.key"), 0o644)
        #expect(try Self.severity("certificate.key", look("good.crt", "good.key")) == "failure")
        #expect(try Self.severity("limits.files", look("good.crt", "good.key", shell: "ulimit -n 256; ")) == "warning")
        #expect(!FileManager.default.fileExists(atPath: files.path("data")))
    }
}
