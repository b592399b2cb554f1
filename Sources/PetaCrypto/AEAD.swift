import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) with a fresh random nonce for each sealing.
///
/// Layout: 12-byte nonce, ciphertext, 16-byte tag. Random nonces allow 2^32 sealings under one key, far beyond what
/// configuration and secrets need; a stream of records wants a key of its own.
package enum AEAD {
    /// Bytes of the key.
    package static let keyLength = 32
    /// How much longer the sealed form is than the plaintext.
    package static let overhead = nonceLength + tagLength
    /// Bytes of the nonce.
    package static let nonceLength = 12
    static let tagLength = 16

    /// Seals `plaintext`; `associated` is authenticated, not contained, and must be given again to open.
    ///
    /// - Throws: ``CryptoError/invalidParameter(_:)`` for a key that has not 32 bytes.
    package static func seal(_ plaintext: UnsafeRawBufferPointer, key: SecretBytes, associated: [UInt8]) throws -> [UInt8] {
        try seal(plaintext, key: key, nonce: Random.bytes(nonceLength), associated: associated)
    }

    /// As ``seal(_:key:associated:)`` with a nonce of the caller's: one that is made from all of the message and what is associated with
    /// it, or a published test vector. A nonce used twice under one key gives both messages away.
    package static func seal(_ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8], associated: [UInt8]) throws -> [UInt8] {
        try check(key: key, length: plaintext.count)
        guard nonce.count == nonceLength else { throw CryptoError.invalidParameter("the nonce has not 12 bytes") }
        let context = try Context(key: key, nonce: nonce, encrypt: true)
        try context.authenticate(associated)
        return try [UInt8](unsafeUninitializedCapacity: plaintext.count + overhead) { out, count in
            guard let base = out.baseAddress else { throw CryptoError.libraryFailure("AES-256-GCM") }
            for (i, byte) in nonce.enumerated() { base[i] = byte }
            try context.update(plaintext, into: base + nonceLength)
            try context.finishSealing(tag: base + nonceLength + plaintext.count)
            count = plaintext.count + overhead
        }
    }

    /// Opens what ``seal(_:key:associated:)`` made.
    ///
    /// - Throws: ``CryptoError/truncated`` or ``CryptoError/notAuthentic``; no byte of the plaintext is given out then.
    package static func open(_ sealed: [UInt8], key: SecretBytes, associated: [UInt8]) throws -> SecretBytes {
        try check(key: key, length: sealed.count)
        guard sealed.count >= overhead else { throw CryptoError.truncated }
        return try sealed.withUnsafeBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[nonceLength..<(bytes.count - tagLength)])
            let context = try Context(key: key, nonce: Array(bytes[0..<nonceLength]), encrypt: false)
            try context.authenticate(associated)
            return try SecretBytes(count: body.count) { out in
                try context.update(body, into: out.baseAddress?.assumingMemoryBound(to: UInt8.self))
                try context.finishOpening(tag: Array(bytes[(bytes.count - tagLength)...]))
            }
        }
    }

    /// As ``open(_:key:associated:)``, into ordinary memory: for what is kept from other eyes on disk and is no secret of the vault.
    package static func openPlain(_ sealed: UnsafeRawBufferPointer, key: SecretBytes, associated: [UInt8]) throws -> [UInt8] {
        try check(key: key, length: sealed.count)
        guard sealed.count >= overhead else { throw CryptoError.truncated }
        let body = UnsafeRawBufferPointer(rebasing: sealed[nonceLength..<(sealed.count - tagLength)])
        let context = try Context(key: key, nonce: Array(sealed[0..<nonceLength]), encrypt: false)
        try context.authenticate(associated)
        return try [UInt8](unsafeUninitializedCapacity: body.count) { out, count in
            try context.update(body, into: out.baseAddress)
            // Throwing leaves the count at zero, and nothing of the plaintext is given out.
            try context.finishOpening(tag: Array(sealed[(sealed.count - tagLength)...]))
            count = body.count
        }
    }

    private static func check(key: SecretBytes, length: Int) throws {
        guard key.count == keyLength else { throw CryptoError.invalidParameter("the key has not 32 bytes") }
        guard length <= Int(Int32.max) else { throw CryptoError.invalidParameter("more than 2 GiB in one record") }
    }

    /// One EVP cipher context; freeing it wipes the key schedule.
    final class Context {
        private let context: OpaquePointer

        init(key: SecretBytes, nonce: [UInt8], encrypt: Bool) throws {
            guard let context = EVP_CIPHER_CTX_new() else { throw CryptoError.libraryFailure("AES-256-GCM") }
            self.context = context
            let ok = key.withUnsafeBytes {
                EVP_CipherInit_ex2(
                    context, Self.algorithm, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce, encrypt ? 1 : 0, nil)
            }
            try expect(ok)
        }

        deinit { EVP_CIPHER_CTX_free(context) }

        /// Begins another sealing under the same key.
        func restart(nonce: [UInt8]) throws { try expect(EVP_CipherInit_ex2(context, nil, nil, nonce, 1, nil)) }

        func authenticate(_ associated: [UInt8]) throws {
            guard !associated.isEmpty else { return }
            var written: Int32 = 0
            try expect(EVP_CipherUpdate(context, nil, &written, associated, Int32(associated.count)))
        }

        func update(_ input: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<UInt8>?) throws {
            guard let source = input.baseAddress, input.count > 0 else { return }
            var written: Int32 = 0
            try expect(EVP_CipherUpdate(context, output, &written, source.assumingMemoryBound(to: UInt8.self), Int32(input.count)))
        }

        func finishSealing(tag: UnsafeMutablePointer<UInt8>) throws {
            var none: UInt8 = 0
            var written: Int32 = 0
            try expect(EVP_CipherFinal_ex(context, &none, &written))
            try expect(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(AEAD.tagLength), tag))
        }

        func finishOpening(tag: [UInt8]) throws {
            var tag = tag
            var none: UInt8 = 0
            var written: Int32 = 0
            try expect(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag))
            guard EVP_CipherFinal_ex(context, &none, &written) == 1 else { throw CryptoError.notAuthentic }
        }

        private func expect(_ result: Int32) throws {
            guard result == 1 else { throw CryptoError.libraryFailure("AES-256-GCM") }
        }

        // Set once, never changed, never freed; libcrypto's algorithm objects may be used by any thread.
        private nonisolated(unsafe) static let algorithm: OpaquePointer = {
            guard let fetched = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else { preconditionFailure("libcrypto has no AES-256-GCM") }
            return fetched
        }()
    }
}
