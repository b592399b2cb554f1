import PetaCrypto
import Testing

@Suite("Keys and sealing")
struct CryptoTests {
    @Test("a secret is not shown by interpolation, printing, dumping or reflection")
    func notShown() {
        let secret = SecretBytes(copying: "hunter2hunter2".utf8)
        var dumped = ""
        dump(secret, to: &dumped)
        let holder: (name: String, value: SecretBytes, list: [SecretBytes]) = ("n", secret, [secret])
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\(holder)", String(reflecting: holder)] {
            #expect(text.contains("[secret]"))
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104"))  // the first byte as a number
        }
    }

    @Test("a secret keeps its bytes, of any length", arguments: [0, 1, 31, 4095, 4096, 4097, 65536])
    func keeps(_ count: Int) {
        let bytes = Random.bytes(count)
        let secret = SecretBytes(copying: bytes)
        #expect(secret.count == count)
        #expect(secret.withUnsafeBytes { Array($0) } == bytes)
        #expect(secret.equals(SecretBytes(copying: bytes)))
        #expect(!secret.equals(SecretBytes(copying: bytes + [0])))
    }

    @Test("random keys differ")
    func randomKeys() {
        #expect(!SecretBytes.random(count: 32).equals(SecretBytes.random(count: 32)))
        #expect(Random.bytes(16) != Random.bytes(16))
    }

    @Test("base64url has no padding and only its own alphabet", arguments: 0...33)
    func base64URL(_ count: Int) {
        let text = Random.base64URL(bytes: count)
        #expect(text.utf8.count == (count * 8 + 5) / 6)
        #expect(text.utf8.allSatisfy { ($0 | 32 >= 97 && $0 | 32 <= 122) || (48...57).contains($0) || $0 == 45 || $0 == 95 })
    }

    @Test("a digest reads back from its hexadecimal form, and from nothing else")
    func digestHex() {
        let digest = SHA256.hash("x")
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
        #expect(SHA256Digest(hex: String(digest.hex.dropLast())) == nil)
        #expect(SHA256Digest(hex: digest.hex.dropLast() + "g") == nil)
        #expect(SHA256.hash("y") != digest)
    }

    @Test("digests computed on many threads at once are right")
    func concurrentDigests() async {
        let expected = SHA256.hash("the same").hex
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { (0..<500).allSatisfy { _ in SHA256.hash("the same").hex == expected } }
            }
            for await right in group { #expect(right) }
        }
    }

    @Test("constant-time comparison says what comparison says")
    func comparison() {
        func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
            a.withUnsafeBytes { a in b.withUnsafeBytes { constantTimeEquals(a, $0) } }
        }
        #expect(equal([], []))
        #expect(equal([1, 2, 3], [1, 2, 3]))
        #expect(!equal([1, 2, 3], [1, 2, 4]))
        #expect(!equal([1, 2, 3], [1, 2]))
    }

    @Test("every changed bit of a sealed message, and every cut, is refused")
    func tampering() throws {
        let key = SecretBytes.random(count: 32)
        let sealed = try seal("a message", key, "here")
        #expect(try AEAD.open(sealed, key: key, associated: Array("here".utf8)).withUnsafeBytes { Array($0) } == Array("a message".utf8))
        for bit in 0..<(sealed.count * 8) {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: CryptoError.notAuthentic) { try AEAD.open(changed, key: key, associated: Array("here".utf8)) }
        }
        for length in 0..<sealed.count {
            let expected: CryptoError = length < AEAD.overhead ? .truncated : .notAuthentic
            #expect(throws: expected) { try AEAD.open(Array(sealed.prefix(length)), key: key, associated: Array("here".utf8)) }
        }
    }

    @Test("another key or other associated data does not open")
    func wrongKeyOrPlace() throws {
        let key = SecretBytes.random(count: 32)
        let sealed = try seal("a message", key, "here")
        #expect(throws: CryptoError.notAuthentic) { try AEAD.open(sealed, key: key, associated: Array("there".utf8)) }
        #expect(throws: CryptoError.notAuthentic) { try AEAD.open(sealed, key: .random(count: 32), associated: Array("here".utf8)) }
        #expect(throws: CryptoError.invalidParameter("the key has not 32 bytes")) { try seal("x", .random(count: 16), "") }
    }

    @Test("sealing the same twice gives two different texts")
    func freshNonce() throws {
        let key = SecretBytes.random(count: 32)
        #expect(try seal("a", key, "") != seal("a", key, ""))
    }

    @Test("a sealer of records never uses a nonce twice, and what it sealed opens with its key and in its place only")
    func recordSealer() throws {
        let key = SecretBytes.random(count: 32)
        let sealer = try RecordSealer(key: key)
        var nonces: Set<[UInt8]> = []
        for count in 0..<600 {
            let record = [UInt8](repeating: UInt8(count & 0xFF), count: count)
            let place = Array("\(count)".utf8)
            var out: [UInt8] = [7]
            try sealer.seal(record, associated: place, into: &out)
            #expect(out.first == 7 && out.count == 1 + record.count + AEAD.overhead)
            let sealed = Array(out.dropFirst())
            #expect(nonces.insert(Array(sealed.prefix(12))).inserted)
            #expect(try sealed.withUnsafeBytes { try AEAD.openPlain($0, key: key, associated: place) } == record)
            #expect(throws: CryptoError.notAuthentic) {
                try sealed.withUnsafeBytes { try AEAD.openPlain($0, key: key, associated: Array("x".utf8)) }
            }
            var bad = sealed
            bad[count % bad.count] ^= 1
            #expect(throws: CryptoError.notAuthentic) { try bad.withUnsafeBytes { try AEAD.openPlain($0, key: key, associated: place) } }
        }
        #expect(throws: CryptoError.truncated) {
            try [UInt8](repeating: 0, count: 27).withUnsafeBytes { try AEAD.openPlain($0, key: key, associated: []) }
        }
        #expect(throws: CryptoError.self) { try RecordSealer(key: .random(count: 16)) }
    }

    @Test("derivations refuse what makes no sense")
    func derivationLimits() {
        let key = SecretBytes.random(count: 32)
        #expect(throws: CryptoError.self) { try KDF.pbkdf2(passphrase: key, salt: [1], iterations: 0) }
        #expect(throws: CryptoError.self) { try KDF.hkdf(key, info: "x", count: 255 * 32 + 1) }
        #expect(throws: CryptoError.self) { try KDF.hkdf(SecretBytes(copying: [UInt8]()), info: "x", count: 32) }
    }

    private func seal(_ text: String, _ key: SecretBytes, _ associated: String) throws -> [UInt8] {
        try Array(text.utf8).withUnsafeBytes { try AEAD.seal($0, key: key, associated: Array(associated.utf8)) }
    }
}
