internal import Foundation

extension String {
    /// The text in Unicode Normalization Form C.
    var composed: String { utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping }
}
