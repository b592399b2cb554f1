package import Foundation
package import PetaWire

/// A range from which clients may come.
package struct NetworkEntry: Sendable, Equatable {
    package let range: AddressRange
    /// Whose list it stands on; nil: the one that holds for all.
    package let workspace: String?
    package let note: String
    package let createdAt: Date
    /// The administrator who put it there.
    package let createdBy: String
}
