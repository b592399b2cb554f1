import PetaGateway
import PetaIdentity
import PetaWire
import TestRandom
import Testing

@Suite("What proxies say of the client")
struct ForwardedFieldTests {
    private let proxies: AddressSet

    init() throws {
        proxies = AddressSet(try ["10.0.0.0/8", "2001:db8::/32"].map { try #require(AddressRange($0)) })
    }

    private func read(_ lines: [String], _ header: ProxyHeader = .xForwardedFor) -> String {
        let bytes = lines.map { Array($0.utf8) }
        func inside(_ rest: ArraySlice<[UInt8]>, _ found: [UnsafeRawBufferPointer]) -> ForwardedField.Outcome {
            guard let next = rest.first else { return ForwardedField.read(found, as: header, proxies) }
            return next.withUnsafeBytes { inside(rest.dropFirst(), found + [$0]) }
        }
        switch inside(bytes[...], []) {
        case .none: return "none"
        case .unreadable: return "unreadable"
        case .client(let address): return address.description
        }
    }

    @Test(
        "the last address that is no proxy's is the client's, whatever stands before it",
        arguments: [
            (["192.0.2.1"], "192.0.2.1"), (["1.1.1.1, 192.0.2.1"], "192.0.2.1"), (["1.1.1.1, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            (["1.1.1.1", "192.0.2.1", "10.0.0.2, 10.0.0.3"], "192.0.2.1"), (["garbage, 192.0.2.1"], "192.0.2.1"),
            (["\"unclosed, 192.0.2.1"], "192.0.2.1"), (["192.0.2.1:4711"], "192.0.2.1"), (["[2001:db9::1]:443"], "2001:db9:0:0:0:0:0:1"),
            (["[2001:db9::1]"], "2001:db9:0:0:0:0:0:1"), (["2001:db9::1"], "2001:db9:0:0:0:0:0:1"), (["::ffff:192.0.2.9"], "192.0.2.9"),
            ([" , ,192.0.2.1, ,"], "192.0.2.1"), (["192.0.2.1, 2001:db8::7"], "192.0.2.1"),
        ])
    func plain(lines: [String], client: String) { #expect(read(lines) == client) }

    @Test("a request that a proxy makes for itself is the proxy's, and nothing said is nothing")
    func proxyItself() {
        #expect(read([]) == "none" && read([""]) == "none" && read([" , "]) == "none")
        #expect(read(["10.0.0.9"]) == "10.0.0.9" && read(["10.0.0.9, 10.0.0.8"]) == "10.0.0.9")
    }

    @Test(
        "what names no address where a proxy should have named one is unreadable",
        arguments: [
            "unknown", "_hidden", "192.0.2.1:99999999", "192.0.2.1:", "192.0.2.1:x", "[192.0.2.1]", "[::1", "::1]", "[::1]x", "192.0.2.1x",
            "1.2.3", "fe80::1%eth0", "client.example", "x, 10.0.0.1", "\u{FF11}.2.3.4",
        ])
    func unreadable(line: String) { #expect(read([line]) == "unreadable") }

    @Test(
        "Forwarded is read by its for parameter, quoted or not",
        arguments: [
            (["for=192.0.2.1"], "192.0.2.1"), (["For=\"192.0.2.1:80\";proto=http;by=10.0.0.1"], "192.0.2.1"),
            (["proto=https ; for=\"[2001:db9::1]:47\""], "2001:db9:0:0:0:0:0:1"),
            (["for=1.1.1.1, for=192.0.2.1;host=\"a,b\""], "192.0.2.1"),
            (["for=\"unclosed, for=192.0.2.1"], "192.0.2.1"), (["for=unknown, for=192.0.2.1", "for=10.0.0.2"], "192.0.2.1"),
            (["for=unknown"], "unreadable"), (["for=_x"], "unreadable"), (["for="], "unreadable"), (["by=192.0.2.1"], "unreadable"),
            (["192.0.2.1"], "unreadable"), (["for=192.0.2.1;for=192.0.2.2"], "unreadable"), (["for=\"192.0.2.1"], "unreadable"),
            (["for=\"192.0.2\\.1\""], "unreadable"),
        ])
    func forwarded(lines: [String], client: String) { #expect(read(lines, .forwarded) == client) }

    @Test("a thousand entries cost no more than those that are looked at")
    func long() {
        let many = Array(repeating: "10.0.0.1", count: 1000).joined(separator: ",")
        #expect(read([many]) == "unreadable")
        #expect(read(["1.1.1.1," + many + ",192.0.2.1"]) == "192.0.2.1")
        #expect(read([String(repeating: ",", count: 30_000)]) == "unreadable")
        #expect(read(Array(repeating: "10.0.0.1", count: ForwardedField.hopLimit)) == "10.0.0.1")
    }

    @Test("no bytes at all break the reader, and what a client writes before its proxy's entry changes nothing")
    func fuzz() {
        var random = SplitMix(seed: 11)
        let alphabet = Array("0123456789abcdef:.,;=\"\\[]_ for\t\u{7F}".utf8)
        for _ in 0..<20_000 {
            let noise = String(
                decoding: (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0x2C },
                as: UTF8.self)
            _ = read([noise])
            _ = read([noise], .forwarded)
            #expect(read([noise + ",192.0.2.1"]) == "192.0.2.1")
            #expect(read([noise + ",for=192.0.2.1"], .forwarded) == "192.0.2.1", "\(noise)")
            #expect(read([noise, "192.0.2.1"]) == "192.0.2.1")
        }
    }
}
