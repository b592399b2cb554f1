/// Writes administrative acts to the audit log.
package protocol ActRecorder: Sendable {
    /// False while records cannot be committed: acts are then refused before they begin.
    var isWritable: Bool { get }
    /// Returns when the record is committed; throws when it cannot be.
    func record(_ act: AdminAct) async throws
}
