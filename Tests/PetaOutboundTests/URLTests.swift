import PetaOutbound
import Testing

@Suite("URLs that something is sent to")
struct URLTests {
    @Test(
        "are taken apart",
        arguments: [
            ("https://hooks.example/a/b?c=d#e", true, "hooks.example", 443, "/a/b?c=d"),
            ("HTTP://127.0.0.1:8080", false, "127.0.0.1", 8080, "/"),
            ("https://[2001:db8::1]:9/x", true, "2001:db8::1", 9, "/x"),
            ("https://[::1]", true, "::1", 443, "/"),
            ("http://h?q", false, "h", 80, "/?q"),
            ("https://xn--bcher-kva.example/", true, "xn--bcher-kva.example", 443, "/"),
        ])
    func parts(text: String, isSecure: Bool, host: String, port: Int, target: String) throws {
        let url = try OutboundURL(text)
        #expect(url.isSecure == isSecure)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
    }

    @Test(
        "are refused where they cannot be meant",
        arguments: [
            "", "hooks.example/a", "ftp://h/", "https://", "https:///x", "https://h:0/", "https://h:65536/", "https://h:x/", "https://h:/",
            "https://user:pass@h/", "https://h/a b", "https://h/é", "https://bücher.example/", "https://[::1", "https://[]/",
            "https://[::1]x/",
            "https://[zz|]/", "https://a:b:c/", "https://h/\r\nX: y", "https://h\r\n/", "https://h/" + String(repeating: "a", count: 2048),
        ])
    func refused(text: String) {
        #expect(throws: OutboundURLProblem.self) { try OutboundURL(text) }
    }

    @Test("show where they lead and not their path, which may be a credential")
    func shown() throws {
        #expect("\(try OutboundURL("https://hooks.example/services/T0/B0/secret?k=v"))" == "https://hooks.example")
        #expect("\(try OutboundURL("http://[::1]:81/secret"))" == "http://[::1]:81")
        do {
            _ = try OutboundURL("https://user:hunter2@h/")
        } catch {
            #expect(!"\(error)".contains("hunter2"))
        }
    }

    @Test(
        "know whether they stay on the machine",
        arguments: [
            ("http://127.0.0.1/", true), ("http://127.9.9.9/", true), ("http://localhost/", true), ("http://A.LOCALHOST/", true),
            ("http://[::1]/", true), ("http://127.0.0.1.example/", false), ("http://127.0.0.256/", false), ("http://10.0.0.1/", false),
            ("http://localhost.example/", false), ("http://[::2]/", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try OutboundURL(text).isLoopback == isLoopback)
    }
}
