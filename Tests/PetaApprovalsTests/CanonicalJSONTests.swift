import PetaApprovals
import PetaWire
import Testing

@Suite("Canonical JSON")
struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String { String(decoding: CanonicalJSON.bytes(try JSON.parse(text)), as: UTF8.self) }

    @Test("the example of RFC 8785, section 3.2.4, but for the number that no double holds")
    func example() throws {
        let text = #"""
            {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
             "literals": [null, true, false]}
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.33333329,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(try canonical(text) == expected)
    }

    @Test("members are in the order of UTF-16 code units")
    func order() throws {
        let text = #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
        #expect(try canonical(text) == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}")
    }

    @Test(
        "one number has one spelling",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.0e9", "0"), ("1.0", "1"), ("10e-1", "1"), ("100", "100"), ("1e2", "100"), ("1e21", "1e+21"),
            ("1e20", "100000000000000000000"), ("0.000001", "0.000001"), ("0.0000001", "1e-7"), ("-1.50", "-1.5"),
            ("123456.789e3", "123456789"),
            ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ])
    func numbers(_ text: String, _ expected: String) throws { #expect(try canonical(text) == expected) }

    @Test(
        "numbers that a double would make equal stay apart",
        arguments: [
            ("9007199254740993", "9007199254740992"), ("0.1", "0.1000000000000000000001"), ("1e400", "1e401"), ("1e-400", "0"),
            ("1e400", "-1e400"),
            ("1e99999999999999999999", "1e99999999999999999998"), ("1e99999999999999999999", "11e99999999999999999999"),
        ])
    func apart(_ one: String, _ other: String) throws { #expect(try canonical(one) != canonical(other)) }

    @Test("equal numbers beyond a double are one, however they are spelled")
    func together() throws {
        #expect(try canonical("90071992547409930e-1") == canonical("9007199254740993.0"))
        #expect(try canonical("1e400") == canonical("10e399"))
    }
}
