import COpenSSL
import Glibc

/// SHA-256 (FIPS 180-4) through libcrypto, with the algorithm fetched once and one context for each thread.
package enum SHA256 {
    /// The digest of `bytes`. Callable from any thread.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        let context = Shared.threadContext()
        let digest = SHA256Digest { out in
            EVP_DigestInit_ex2(context, Shared.algorithm, nil) == 1
                && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
                && EVP_DigestFinal_ex(context, out.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1
        }
        guard let digest else { preconditionFailure("libcrypto failed: SHA-256") }
        return digest
    }

    /// The digest of the UTF-8 of `text`.
    package static func hash(_ text: String) -> SHA256Digest {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    private enum Shared {
        // Set once, never changed, never freed; libcrypto's algorithm objects may be used by any thread.
        nonisolated(unsafe) static let algorithm: OpaquePointer = {
            guard let fetched = EVP_MD_fetch(nil, "SHA256", nil) else { preconditionFailure("libcrypto has no SHA-256") }
            return fetched
        }()

        private static let slot: pthread_key_t = {
            var key = pthread_key_t()
            let made = pthread_key_create(&key) { context in EVP_MD_CTX_free(context.map { OpaquePointer($0) }) }
            require(made == 0, "thread-local context")
            return key
        }()

        static func threadContext() -> OpaquePointer {
            if let held = pthread_getspecific(slot) { return OpaquePointer(held) }
            guard let made = EVP_MD_CTX_new() else { preconditionFailure("libcrypto failed: out of memory") }
            require(pthread_setspecific(slot, UnsafeRawPointer(made)) == 0, "thread-local context")
            return made
        }
    }
}
