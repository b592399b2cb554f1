import COpenSSL
import Glibc

/// Bytes that must not leak: kept out of swap and core dumps where the system allows it, wiped when dropped,
/// and impossible to print, encode or interpolate.
///
/// Each value has pages of its own, since locking and excluding from dumps work on whole pages. Locking is best
/// effort: past `RLIMIT_MEMLOCK` the bytes are still wiped, only no longer pinned.
package final class SecretBytes: Sendable {
    /// How many bytes are held.
    package let count: Int
    // Written only during initialisation, read-only afterwards, freed in deinit when nobody else can hold it.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    private let mapped: Int

    /// Makes a value of `count` bytes, zero at first, that `fill` writes.
    ///
    /// Should `fill` throw, what it wrote is wiped.
    package init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        self.count = count
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let size = max(1, (count + page - 1) / page) * page
        let pages = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if let pages, pages != MAP_FAILED {
            base = pages
            mapped = size
            _ = mlock(pages, size)
            _ = madvise(pages, size, MADV_DONTDUMP)
        } else {
            base = .allocate(byteCount: size, alignment: 16)
            base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            mapped = 0
        }
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// Copies bytes. The caller's own copy is the caller's to wipe.
    package convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// Copies bytes. The caller's own copy is the caller's to wipe.
    package convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// `count` bytes from the generator that libcrypto keeps for keys.
    package static func random(count: Int) -> SecretBytes {
        SecretBytes(count: count) { Random.fill($0, forKeys: true) }
    }

    /// Gives the bytes to `body`. The pointer is valid only inside; what is copied out is no longer protected.
    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: count)) }
    }

    /// Whether both hold the same bytes, in a time that depends only on their length.
    package func equals(_ other: SecretBytes) -> Bool {
        withUnsafeBytes { mine in other.withUnsafeBytes { constantTimeEquals(mine, $0) } }
    }

    deinit {
        OPENSSL_cleanse(base, count)
        if mapped > 0 { munmap(base, mapped) } else { base.deallocate() }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `[secret]`.
    package var description: String { "[secret]" }
    /// Always `[secret]`.
    package var debugDescription: String { "[secret]" }
    /// A mirror without children, so that `dump` shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
