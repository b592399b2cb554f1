import COpenSSL

/// Random bytes from libcrypto's generator, which the kernel seeds.
package enum Random {
    /// `n` random bytes, for nonces, salts and identifiers. For keys use ``SecretBytes/random(count:)``.
    package static func bytes(_ n: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: n) { buffer, count in
            fill(UnsafeMutableRawBufferPointer(buffer), forKeys: false)
            count = n
        }
    }

    /// `n` random bytes as base64url without padding (RFC 4648 section 5).
    package static func base64URL(bytes n: Int) -> String {
        Base64URL.encode(bytes(n))
    }

    static func fill(_ buffer: UnsafeMutableRawBufferPointer, forKeys: Bool) {
        guard let base = buffer.baseAddress, buffer.count > 0 else { return }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        var done = 0
        while done < buffer.count {
            let step = min(buffer.count - done, 1 << 20)
            let ok = forKeys ? RAND_priv_bytes(bytes + done, Int32(step)) : RAND_bytes(bytes + done, Int32(step))
            require(ok == 1, "random bytes")
            done += step
        }
    }
}
