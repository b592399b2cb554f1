/// What can go wrong in a cryptographic operation. Says nothing about keys or contents.
package enum CryptoError: Error, Equatable, Sendable {
    /// The sealed bytes are shorter than a nonce and a tag.
    case truncated
    /// The tag does not match: other key, other associated data, or changed bytes. They cannot be told apart.
    case notAuthentic
    /// A key, count or iteration number that the algorithm does not take.
    case invalidParameter(String)
    /// libcrypto refused the operation (out of memory, or the algorithm is not in this build).
    case libraryFailure(String)
}

/// Stops the process when libcrypto refuses something that can only fail for want of memory or of SHA-256 itself.
/// To go on would mean keys that are not random or records that are not authenticated.
@inline(__always)
func require(_ ok: Bool, _ operation: StaticString) {
    precondition(ok, "libcrypto failed: \(operation)")
}
