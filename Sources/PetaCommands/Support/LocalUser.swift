import ArgumentParser
import Glibc

/// A user of this machine, as an argument: a login name or a number.
enum LocalUser {
    /// The number; throws wrong usage where the text is neither, naming the option.
    static func uid(_ option: String, _ text: String) throws -> UInt32 {
        if let number = UInt32(text), number != .max { return number }
        guard !text.isEmpty, !text.utf8.contains(0), let entry = getpwnam(text) else {
            throw ValidationError("\(option): expected a user id or a login name of this machine, found '\(text)'")
        }
        return entry.pointee.pw_uid
    }
}
