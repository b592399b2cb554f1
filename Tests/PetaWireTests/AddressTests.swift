import PetaWire
import Testing

@Suite("Addresses and ranges")
struct AddressTests {
    @Test(
        "an address is read in its usual spellings, and one inside another is what it stands for",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"), ("[::1]", "0:0:0:0:0:0:0:1"),
            ("::", "0:0:0:0:0:0:0:0"), ("2001:DB8::1", "2001:db8:0:0:0:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1::", "1:0:0:0:0:0:0:0"), ("::1.2.3.4", "0:0:0:0:0:0:102:304"), ("64:ff9b::192.0.2.1", "64:ff9b:0:0:0:0:c000:201"),
        ])
    func read(text: String, shown: String) { #expect(IPAddress(text)?.description == shown) }

    @Test(
        "anything else is none",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.+4", " 1.2.3.4", "1.2.3.4:80", "0x7f.0.0.1", ":", ":::", "1:::2",
            "1::2::3",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "fe80::1%eth0", "::1.2.3.4:5", "g::", "1:2:3:4:5:6:7:8::", "::+1", "[1.2.3.4",
            "1:",
        ])
    func refused(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "a range holds what begins with its bits, and nothing of the other version",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.9.9.9", true),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false), ("::/0", "::1", true), ("::/0", "1.2.3.4", false), ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false), ("2001:db8::/32", "2001:db8:ffff::", true), ("2001:db8::/32", "2001:db9::", false),
            ("2001:db8::/64", "2001:db8:0:0:1::", true), ("2001:db8::/65", "2001:db8:0:0:8000::", false), ("::1/128", "::2", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("192.0.2.128/25", "192.0.2.127", false),
        ])
    func contains(range: String, address: String, isIn: Bool) throws {
        let found = try #require(IPAddress(address))
        #expect(try #require(AddressRange(range)).contains(found) == isIn)
    }

    @Test(
        "what is no range is refused",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/+8", "::ffff:10.0.0.0/104", "10/8",
        ])
    func noRange(text: String) { #expect(AddressRange(text) == nil) }

    @Test(
        "a range has one spelling, and its first address is what the bits behind it leave",
        arguments: [
            ("10.9.8.7/8", "10.0.0.0/8"), ("10.9.8.7/32", "10.9.8.7"), ("10.9.8.7/0", "0.0.0.0/0"), ("10.9.8.7/25", "10.9.8.0/25"),
            ("2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2:0:0:0:0/64"), ("2001:db8:1:2:3:4:5:6/32", "2001:db8:0:0:0:0:0:0/32"),
            ("2001:db8:1:2:f3:4:5:6/72", "2001:db8:1:2:0:0:0:0/72"), ("ffff::/1", "8000:0:0:0:0:0:0:0/1"),
            ("ffff::/0", "0:0:0:0:0:0:0:0/0"),
            ("::1/128", "0:0:0:0:0:0:0:1"),
        ])
    func rangeSpelling(text: String, shown: String) { #expect(AddressRange(text)?.description == shown) }
}
