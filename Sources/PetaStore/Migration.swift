package import GRDB

/// One step of a part's schema. It runs once in the life of a database, in a transaction of its own.
///
/// `part` and `name` together are its identity for ever: never rename, reorder within a part, or change one that was released.
package struct Migration: Sendable {
    /// The part that owns the tables, such as `vault`.
    package let part: String
    /// What it does, such as `create secrets`; unique within the part.
    package let name: String
    let apply: @Sendable (Database) throws -> Void

    /// A step that `apply` carries out; when that throws, nothing of the step stays.
    package init(part: String, name: String, apply: @escaping @Sendable (Database) throws -> Void) {
        self.part = part
        self.name = name
        self.apply = apply
    }

    var identifier: String { "\(part)/\(name)" }
}
