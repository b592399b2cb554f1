import PetaWire
import Testing

@Suite("Spellings of URIs, and templates") struct URIFormTests {
    @Test("all spellings of one URI have one form, and the form of a form is itself")
    func spellings() {
        let form = "http://example.com/a/b%2Fc?q#F"
        for text in [
            form, "HTTP://EXAMPLE.com/a/b%2fc?q#F", "http://example.com/%61/./b%2Fc?q#F", "http://example.com/x/../a/b%2fc?q#F",
            "http://example.com/x/%2e%2e/a/b%2Fc?q#F", "http://example.com/../a/b%2Fc?q#F",
        ] { #expect(URIForm.normal(text) == form, "\(text)") }
        for text in [
            "", "a", "::", "file:///%%341", "file:///%", "file:///%4", "%zz", "x:y:z", "file:///a/..", "file:///a/.", "memo://x", "s::t",
            "http://u@H/p", "file:///{+path}/%7Bx%7D", "a\u{301}:b", "file:////..//a/../",
        ] { #expect(URIForm.normal(URIForm.normal(text)) == URIForm.normal(text), "\(text)") }
        #expect(URIForm.normal("http://Me@H/p") == "http://Me@h/p")
        #expect(URIForm.normal("file:///a/..") == "file:///")
        #expect(URIForm.normal("file:///%%341") != URIForm.normal("file:///%41"))
    }

    @Test("a template matches narrowly what it makes, and widely what it could be")
    func templates() {
        let file = URITemplate("file:///srv/{name}")
        #expect(file.narrow("file:///srv/a.txt") && file.wide("file:///srv/a.txt"))
        for uri in ["file:///srv/a/b", "file:///srv/a?x", "file:///srv/..%2Fetc"] {
            #expect(!file.narrow(uri) && file.wide(uri), "\(uri)")
        }
        #expect(!file.wide("file:///etc/a") && !file.narrow("file:///etc/a"))
        let all = URITemplate("file:///srv/{+path}.txt")
        #expect(all.narrow("file:///srv/a/b.txt") && !all.narrow("file:///srv/a/b.md") && !all.wide("file:///srv/a/b.md"))
        #expect(URITemplate("x://{a}/{b}").narrow("x://1/2") && !URITemplate("x://{a}/{b}").narrow("x://1/2/3"))
        #expect(URITemplate("memo://fixed").narrow("memo://fixed") && !URITemplate("memo://fixed").wide("memo://fixed2"))
        // An open brace that never closes is text.
        #expect(URITemplate("x://{a").narrow("x://{a") && !URITemplate("x://{a").wide("x://b"))
    }

    @Test("no template takes long over any URI")
    func hostile() {
        let template = URITemplate(String(repeating: "{+a}a", count: 1000))
        let uri = String(repeating: "a", count: 8192)
        #expect(template.wide(uri) && !template.narrow(uri))
        let many = URITemplate(String(repeating: "{+a}a", count: 60) + "b")
        #expect(!many.wide(uri) && !many.narrow(uri))
    }
}
