/// A wrong argument of the demonstration server, in plain words.
package struct DemoUsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, with the value that was given.
    package let message: String

    /// The message.
    package var description: String { message }
}
