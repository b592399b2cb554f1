import PetaCrypto
import PetaIdentity
import Testing

@Suite("Token format")
struct TokenFormatTests {
    @Test("a new token is prefix, 43 characters of base64url and 6 of checksum, and reads back as the digest of the whole")
    func newToken() throws {
        let token = text(TokenFormat.make())
        #expect(token.wholeMatch(of: /peta_[A-Za-z0-9_-]{43}_[0-9A-Za-z]{6}/) != nil)
        #expect(parsed(token: token) == .token(SHA256.hash(token)))
    }

    @Test("no two tokens are alike")
    func distinct() {
        #expect(Set((0..<1000).map { _ in text(TokenFormat.make()) }).count == 1000)
    }

    @Test("one wrong character anywhere after the prefix makes a token malformed, not unknown")
    func typos() {
        let token = Array(text(TokenFormat.make()).utf8)
        for index in 5..<token.count {
            for replacement in "aZ0-_ ".utf8 where replacement != token[index] {
                var wrong = token
                wrong[index] = replacement
                #expect(parsed(token: String(decoding: wrong, as: UTF8.self)) == .malformed)
            }
        }
    }

    @Test("two neighbours that changed places make a token malformed")
    func transposed() {
        let token = Array(text(TokenFormat.make()).utf8)
        for index in 5..<(token.count - 1) where token[index] != token[index + 1] {
            var wrong = token
            wrong.swapAt(index, index + 1)
            #expect(parsed(token: String(decoding: wrong, as: UTF8.self)) == .malformed)
        }
    }

    @Test("a token that is cut or has more behind it is malformed")
    func length() {
        let token = text(TokenFormat.make())
        for count in 5..<token.count { #expect(parsed(token: String(token.prefix(count))) == .malformed) }
        #expect(parsed(token: token + "a") == .malformed)
    }

    @Test("the checksum is the CRC-32 of zlib in base 62, so that tokens in use stay valid")
    func knownToken() {
        let token = "peta_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_30cWvt"
        #expect(parsed(token: token) == .token(SHA256.hash(token)))
    }

    @Test("what does not start like a token of ours is foreign", arguments: ["eyJhbGciOi.x.y", "peta", "Peta_x", "ghp_123"])
    func foreign(token: String) {
        #expect(parsed(token: token) == .foreign)
        #expect(parsed(header: "Bearer " + token) == .foreign)
    }

    @Test(
        "the scheme is read in any case, with more than one space, and with space behind", arguments: ["Bearer ", "bearer ", "BEARER   "])
    func header(scheme: String) {
        let token = text(TokenFormat.make())
        #expect(parsed(header: scheme + token) == .token(SHA256.hash(token)))
        #expect(parsed(header: scheme + token + " \t") == .token(SHA256.hash(token)))
    }

    @Test("other credentials are none", arguments: ["", "Bearer", "Bearer ", "Basic abc", "Bearerpeta_x", "Bear", "Bearer\tpeta_x"])
    func absent(header: String) {
        #expect(parsed(header: header) == .absent)
    }
}
