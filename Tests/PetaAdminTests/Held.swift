import Synchronization

/// A connection that a test keeps open until it says otherwise.
final class Held: Sendable {
    private let connection: Mutex<RawConnection?>

    init(_ path: String) throws {
        // Made here and never seen outside of the lock.
        let made = try RawConnection(path)
        connection = Mutex(made)
    }

    func send(_ text: String) throws { try connection.withLock { try $0?.send(Array(text.utf8)) } }
    func read(until text: String) throws -> String { try connection.withLock { try $0?.read(until: text) ?? "" } }
    func readAll() throws -> String { try connection.withLock { String(decoding: try $0?.readAll() ?? [], as: UTF8.self) } }
    func close() { connection.withLock { $0 = nil } }
}
