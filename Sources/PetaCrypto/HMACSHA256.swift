import COpenSSL

/// HMAC-SHA-256 (RFC 2104) under one key, with one context that is used again for each message.
///
/// Not safe to share: one owner, one thread at a time. It is not `Sendable`, so the compiler says so too.
package final class HMACSHA256 {
    private let context: OpaquePointer
    private var started = false

    /// Keys the context. `key` may be dropped afterwards; libcrypto wipes its own copy in deinit.
    package init(key: SecretBytes) {
        guard let context = EVP_MAC_CTX_new(Self.algorithm) else { preconditionFailure("libcrypto failed: out of memory") }
        self.context = context
        let digestName: StaticString = "SHA256"
        let parameterName: StaticString = "digest"
        let keyed = digestName.withUTF8Buffer { digest in
            parameterName.withUTF8Buffer { name in
                guard let name = name.baseAddress, let digest = digest.baseAddress else { return false }
                // Both strings are static and end in NUL; libcrypto only reads them.
                let parameters = [
                    OSSL_PARAM_construct_utf8_string(
                        UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self),
                        UnsafeMutableRawPointer(mutating: digest).assumingMemoryBound(to: CChar.self), 0),
                    OSSL_PARAM_construct_end(),
                ]
                return key.withUnsafeBytes { bytes in
                    EVP_MAC_init(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, parameters) == 1
                }
            }
        }
        require(keyed, "HMAC key")
    }

    deinit { EVP_MAC_CTX_free(context) }

    /// The MAC of the parts, one after another. Part boundaries are not authenticated: add lengths where they matter.
    package func authenticate(_ parts: [UnsafeRawBufferPointer]) -> SHA256Digest {
        for part in parts { update(part) }
        return finish()
    }

    /// Adds bytes to the current message; ``finish()`` ends it. Allocates nothing.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        begin()
        guard let base = bytes.baseAddress else { return }
        require(EVP_MAC_update(context, base.assumingMemoryBound(to: UInt8.self), bytes.count) == 1, "HMAC")
    }

    /// Adds a digest to the current message.
    package func update(_ digest: SHA256Digest) {
        digest.withUnsafeBytes { update($0) }
    }

    /// The MAC of what was added since the last call; the next `update` starts a new message.
    package func finish() -> SHA256Digest {
        begin()
        started = false
        var written = 0
        let digest = SHA256Digest { out in
            EVP_MAC_final(context, out.baseAddress?.assumingMemoryBound(to: UInt8.self), &written, out.count) == 1
        }
        guard let digest else { preconditionFailure("libcrypto failed: HMAC") }
        return digest
    }

    private func begin() {
        guard !started else { return }
        require(EVP_MAC_init(context, nil, 0, nil) == 1, "HMAC")
        started = true
    }

    // Set once, never changed, never freed; libcrypto's algorithm objects may be used by any thread.
    private nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let fetched = EVP_MAC_fetch(nil, "HMAC", nil) else { preconditionFailure("libcrypto has no HMAC") }
        return fetched
    }()
}
