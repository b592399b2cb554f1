/// Seals a stream of records under a key that seals nothing else: AES-256-GCM in the layout of ``AEAD``, with a counter for the nonce and the
/// key's schedule made once. Opened with ``AEAD/openPlain(_:key:associated:)``.
///
/// Trap: two sealers with one key would use each nonce twice, which gives both messages away.
package final class RecordSealer: @unchecked Sendable {  // Its owner lets one thread at a time in.
    private let context: AEAD.Context
    private var nonce: [UInt8]

    package init(key: SecretBytes) throws {
        guard key.count == AEAD.keyLength else { throw CryptoError.invalidParameter("the key has not 32 bytes") }
        nonce = [UInt8](repeating: 0, count: AEAD.nonceLength)
        context = try AEAD.Context(key: key, nonce: nonce, encrypt: true)
    }

    /// Appends the sealed form of `record` to `out`. A nonce is used up also where this throws.
    package func seal(_ record: [UInt8], associated: [UInt8], into out: inout [UInt8]) throws {
        var index = 0
        while index < nonce.count {
            nonce[index] &+= 1
            if nonce[index] != 0 { break }
            index += 1
        }
        guard record.count <= Int(Int32.max) else { throw CryptoError.invalidParameter("more than 2 GiB in one record") }
        try context.restart(nonce: nonce)
        try context.authenticate(associated)
        out.append(contentsOf: nonce)
        let start = out.count
        out.append(contentsOf: repeatElement(0, count: record.count + AEAD.tagLength))
        try out.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { throw CryptoError.libraryFailure("AES-256-GCM") }
            try record.withUnsafeBytes { try context.update($0, into: base + start) }
            try context.finishSealing(tag: base + start + record.count)
        }
    }
}
