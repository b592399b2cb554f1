internal import Foundation
package import PetaCrypto

/// A file of sealed records that only grows. Not for several threads at once.
///
/// Layout: 8 bytes that name it, 32 random ones from which its own key is made, a seal over nothing, which tells a wrong key from a torn
/// file; then for each record its length (32 bits, little-endian) and its sealed form (AES-256-GCM), bound to its place in the
/// file. The tag of the seal is the checksum. A record is one write(2): it survives `kill -9` at once, a power failure not.
package struct SealedFile: Sendable {
    /// Why a file could not be written.
    package struct Failure: Error, Equatable {
        package var call: String
        package var code: Int32

        init(_ call: String) {
            self.call = call
            code = errno
        }

        /// In plain words.
        package var text: String { "\(call): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")" }
    }

    /// How reading ended.
    package enum End: Equatable, Sendable {
        /// Every byte was a record's.
        case whole
        /// From this byte on there is no record: the rest is not read.
        case torn(at: Int)
        /// It is of another kind, or sealed under another key.
        case foreign
        case missing
    }

    /// Largest record, sealed.
    package static let recordLimit = 1 << 30
    private static let magic = Array("PETASES1".utf8)
    private static let saltLength = 32
    private static let headLength = magic.count + saltLength + AEAD.overhead

    private let descriptor: Int32
    private let sealer: RecordSealer
    private let output: Output
    /// Bytes in it.
    package private(set) var size: Int

    /// What puts bytes into a file, as write(2) does.
    package typealias Output = @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    package static let system: Output = { Foundation.write($0, $1.baseAddress, $1.count) }

    /// Makes a new file, readable by its owner only, in place of one of that name.
    package init(creating path: String, key: SecretBytes, output: @escaping Output = system) throws {
        unlink(path)
        self.output = output
        descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw Failure("create") }
        size = 0
        do {
            let salt = Random.bytes(Self.saltLength)
            sealer = try RecordSealer(key: Self.derive(key, salt))
            var head = Self.magic + salt
            try sealer.seal([], associated: Self.magic, into: &head)
            try write(head)
        } catch {
            Foundation.close(descriptor)
            unlink(path)
            throw error
        }
    }

    private static func derive(_ key: SecretBytes, _ salt: [UInt8]) throws -> SecretBytes {
        try KDF.hkdf(key, salt: salt, info: Array("peta/v1/sessions/file".utf8), count: AEAD.keyLength)
    }

    /// Adds a record. Throws ``Failure``, and then the file is as before.
    package mutating func append(_ record: [UInt8]) throws {
        var out: [UInt8] = []
        out.reserveCapacity(4 + AEAD.overhead + record.count)
        withUnsafeBytes(of: UInt32(record.count + AEAD.overhead).littleEndian) { out.append(contentsOf: $0) }
        try sealer.seal(record, associated: Self.place(size), into: &out)
        try write(out)
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { output(descriptor, UnsafeRawBufferPointer(rebasing: $0[done...])) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = Failure("write")
                // Half a record would hide all that follow.
                if done > 0, ftruncate(descriptor, off_t(size)) != 0 { throw Failure("truncate") }
                throw failure
            }
            done += count
        }
        size += bytes.count
    }

    package func close() { _ = Foundation.close(descriptor) }

    private static func place(_ offset: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(offset).littleEndian) { Array($0) } }

    // MARK: reading

    /// Gives every record up to the first that is not whole and authentic.
    package static func read(_ path: String, key: SecretBytes, _ body: ([UInt8]) -> Void) -> End {
        guard var reader = Reader(path) else { return .missing }
        guard let head = reader.take(headLength), Array(head.prefix(magic.count)) == magic,
            let key = try? derive(key, Array(head[magic.count..<magic.count + saltLength])),
            (try? open(Array(head.suffix(AEAD.overhead)), key, magic)) != nil
        else { return .foreign }
        while true {
            let at = reader.offset
            guard let length = reader.take(4) else { return reader.isAtEnd(at) ? .whole : .torn(at: at) }
            let count = Int(UInt32(littleEndian: length.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }))
            guard count >= AEAD.overhead, count <= recordLimit, let sealed = reader.take(count),
                let record = try? open(sealed, key, place(at))
            else { return .torn(at: at) }
            body(record)
        }
    }

    private static func open(_ sealed: [UInt8], _ key: SecretBytes, _ associated: [UInt8]) throws -> [UInt8] {
        try sealed.withUnsafeBytes { try AEAD.openPlain($0, key: key, associated: associated) }
    }

    /// Reads a file from its beginning, in large pieces.
    private struct Reader: ~Copyable {
        private let descriptor: Int32
        private let length: Int
        private var buffer: [UInt8] = []
        private var start = 0
        private(set) var offset = 0

        init?(_ path: String) {
            descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { return nil }
            length = max(0, Int(lseek(descriptor, 0, SEEK_END)))
            lseek(descriptor, 0, SEEK_SET)
        }

        deinit { Foundation.close(descriptor) }

        func isAtEnd(_ offset: Int) -> Bool { offset == length }

        /// The next `count` bytes; nil where there are not so many.
        mutating func take(_ count: Int) -> [UInt8]? {
            // Asked of the file before memory is taken for it.
            guard count <= length - offset else { return nil }
            while buffer.count - start < count {
                if start > 0 {
                    buffer.removeFirst(start)
                    start = 0
                }
                let want = max(1 << 16, count - buffer.count)
                let before = buffer.count
                buffer.append(contentsOf: repeatElement(0, count: want))
                let got = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress.map { $0 + before }, want) }
                buffer.removeLast(want - max(0, got))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return nil }
            }
            defer {
                start += count
                offset += count
            }
            return Array(buffer[start..<start + count])
        }
    }
}
