import COpenSSL

/// SHA-256 of bytes that come piece by piece.
///
/// Not safe to share: one owner, one thread at a time.
package final class SHA256Stream {
    private let context: OpaquePointer

    /// The digest of nothing yet.
    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto failed: out of memory") }
        self.context = context
        require(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "SHA-256")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        require(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256")
    }

    /// Adds bytes.
    package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of all that came so far; more may follow.
    package func digest() -> SHA256Digest {
        guard let copy = EVP_MD_CTX_new() else { preconditionFailure("libcrypto failed: out of memory") }
        defer { EVP_MD_CTX_free(copy) }
        require(EVP_MD_CTX_copy_ex(copy, context) == 1, "SHA-256")
        let digest = SHA256Digest { EVP_DigestFinal_ex(copy, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1 }
        guard let digest else { preconditionFailure("libcrypto failed: SHA-256") }
        return digest
    }
}
