import PetaAdminAPI
import PetaCrypto

/// What a handler answers.
enum AdminAnswer: Sendable {
    case nothing
    /// One JSON document.
    case json([UInt8], status: Int)
    /// A secret's value; it leaves as it is.
    case secret(SecretBytes)
    /// Lines of JSON, written and flushed one by one as they come.
    case lines(LineStream)
    /// Bytes, written piece by piece as they come. An error breaks the connection off, so that no part is taken for all.
    case bytes(ByteStream)

    static func value(_ value: some Encodable, status: Int = 200) throws -> AdminAnswer {
        .json(try AdminJSON.encode(value), status: status)
    }
}
