import PetaCrypto
import Testing

@Suite("Published vectors")
struct KnownAnswerTests {
    @Test(
        "SHA-256 (FIPS 180-4 examples)",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ])
    func sha256(_ text: String, _ hex: String) {
        #expect(SHA256.hash(text).hex == hex)
        #expect(SHA256.hash(Array(text.utf8)).hex == hex)
    }

    @Test(
        "HMAC-SHA-256 (RFC 4231)",
        arguments: [
            ([UInt8](repeating: 0x0b, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func hmac(_ key: [UInt8], _ message: String, _ hex: String) {
        let mac = HMACSHA256(key: SecretBytes(copying: key))
        let bytes = Array(message.utf8)
        bytes.withUnsafeBytes { whole in
            #expect(mac.authenticate([whole]).hex == hex)
            // In parts, and with the context used again.
            let head = UnsafeRawBufferPointer(rebasing: whole[..<3])
            let tail = UnsafeRawBufferPointer(rebasing: whole[3...])
            #expect(mac.authenticate([head, tail]).hex == hex)
        }
    }

    @Test("HMAC of nothing is not that of the message before")
    func hmacOfNothing() {
        let mac = HMACSHA256(key: SecretBytes(copying: [1]))
        let empty = mac.finish()
        mac.update(empty)
        #expect(mac.finish() != empty)
        #expect(mac.finish() == empty)
    }

    @Test("HKDF-SHA256 (RFC 5869, cases 1 and 3)")
    func hkdf() throws {
        let key = SecretBytes(copying: [UInt8](repeating: 0x0b, count: 22))
        let one = try KDF.hkdf(key, salt: Array(0x00...0x0c), info: Array(0xf0...0xf9), count: 42)
        #expect(hex(one) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
        let three = try KDF.hkdf(key, info: "", count: 42)
        #expect(hex(three) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
    }

    @Test("PBKDF2-HMAC-SHA256 (RFC 7914 section 11)")
    func pbkdf2() throws {
        let one = try KDF.pbkdf2(passphrase: SecretBytes(copying: "passwd".utf8), salt: Array("salt".utf8), iterations: 1, count: 64)
        #expect(
            hex(one) == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783")
        let two = try KDF.pbkdf2(passphrase: SecretBytes(copying: "Password".utf8), salt: Array("NaCl".utf8), iterations: 80000, count: 64)
        #expect(
            hex(two) == "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                + "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d")
    }

    @Test(
        "AES-256-GCM (NIST's GCM paper, cases 13, 14 and 16)",
        arguments: [
            (
                String(repeating: "00", count: 32), String(repeating: "00", count: 12), "", "",
                "530f8afbc74536b9a963b4f1c4cb738b"
            ),
            (
                String(repeating: "00", count: 32), String(repeating: "00", count: 12), String(repeating: "00", count: 16), "",
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
            ),
            (
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    + "76fc6ece0f4e1768cddf8853bb2d551b"
            ),
        ])
    func gcm(_ key: String, _ nonce: String, _ plaintext: String, _ associated: String, _ expected: String) throws {
        let key = SecretBytes(copying: bytes(key))
        let sealed = try bytes(plaintext).withUnsafeBytes {
            try AEAD.seal($0, key: key, nonce: bytes(nonce), associated: bytes(associated))
        }
        #expect(sealed == bytes(nonce) + bytes(expected))
        #expect(hex(try AEAD.open(sealed, key: key, associated: bytes(associated))) == plaintext)
    }

    private func hex(_ secret: SecretBytes) -> String {
        secret.withUnsafeBytes { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }

    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }
}
