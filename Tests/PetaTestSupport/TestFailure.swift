import Glibc

/// Why a helper of the tests gave up, with what it saw.
package struct TestFailure: Error, CustomStringConvertible {
    /// What happened.
    package let description: String

    /// Makes a failure.
    package init(_ description: String) { self.description = description }

    /// A failure of a system call, with the text of `errno`; call it before anything else changes that.
    static func system(_ what: String) -> TestFailure { TestFailure("\(what): \(String(cString: strerror(errno)))") }
}
