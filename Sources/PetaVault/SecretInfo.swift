package import Foundation

/// What may be told about a stored secret: everything but its value.
package struct SecretInfo: Sendable, Equatable {
    /// `^[A-Za-z][A-Za-z0-9_.-]{0,127}$`
    package let name: String
    /// 1 at first, one more each time the value is set.
    package let version: Int
    /// When the name was first set.
    package let createdAt: Date
    /// When the value was last set.
    package let updatedAt: Date
    /// Length of the value.
    package let bytes: Int
}
