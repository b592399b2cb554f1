import COpenSSL

/// Keys from passphrases and from other keys.
package enum KDF {
    /// PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2), 32 bytes.
    ///
    /// Slow on purpose: 600,000 iterations take about 150 ms. Never call it on an event loop.
    package static func pbkdf2(passphrase: SecretBytes, salt: [UInt8], iterations: Int) throws -> SecretBytes {
        try pbkdf2(passphrase: passphrase, salt: salt, iterations: iterations, count: 32)
    }

    /// As ``pbkdf2(passphrase:salt:iterations:)``, with `count` bytes.
    package static func pbkdf2(passphrase: SecretBytes, salt: [UInt8], iterations: Int, count: Int) throws -> SecretBytes {
        guard iterations > 0, iterations <= Int(Int32.max), passphrase.count <= Int(Int32.max), count > 0 else {
            throw CryptoError.invalidParameter("PBKDF2 needs a positive number of iterations")
        }
        return try SecretBytes(count: count) { out in
            let ok = passphrase.withUnsafeBytes { bytes in
                PKCS5_PBKDF2_HMAC(
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), salt, Int32(salt.count),
                    Int32(iterations), EVP_sha256(), Int32(count), out.baseAddress?.assumingMemoryBound(to: UInt8.self))
            }
            guard ok == 1 else { throw CryptoError.libraryFailure("PBKDF2") }
        }
    }

    /// HKDF-SHA256 (RFC 5869) without salt: a key of `count` bytes for the purpose that `info` names.
    ///
    /// Only for input that is a key already (random, 256 bits); a passphrase needs ``pbkdf2(passphrase:salt:iterations:)``.
    package static func hkdf(_ key: SecretBytes, info: String, count: Int) throws -> SecretBytes {
        try hkdf(key, salt: [], info: Array(info.utf8), count: count)
    }

    /// As ``hkdf(_:info:count:)``, with a salt.
    package static func hkdf(_ key: SecretBytes, salt: [UInt8], info: [UInt8], count: Int) throws -> SecretBytes {
        guard key.count > 0, count > 0, count <= 255 * 32 else {
            throw CryptoError.invalidParameter("HKDF needs a key and gives at most 8,160 bytes")
        }
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nil) else { throw CryptoError.libraryFailure("HKDF") }
        defer { EVP_PKEY_CTX_free(context) }
        return try SecretBytes(count: count) { out in
            var written = count
            let ok = key.withUnsafeBytes { bytes in
                EVP_PKEY_derive_init(context) == 1
                    && EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1
                    && EVP_PKEY_CTX_set1_hkdf_key(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)) == 1
                    && (salt.isEmpty || EVP_PKEY_CTX_set1_hkdf_salt(context, salt, Int32(salt.count)) == 1)
                    && (info.isEmpty || EVP_PKEY_CTX_add1_hkdf_info(context, info, Int32(info.count)) == 1)
                    && EVP_PKEY_derive(context, out.baseAddress?.assumingMemoryBound(to: UInt8.self), &written) == 1
            }
            guard ok, written == count else { throw CryptoError.libraryFailure("HKDF") }
        }
    }
}
