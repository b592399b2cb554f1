import Foundation

/// The end of a process, or a full disk, at one of the changes that it makes to files below a directory: what the preloaded library
/// `WriteFaults` does.
package struct WriteFault {
    package enum Kind: String, CaseIterable, Sendable { case kill, full }

    private let place: TemporaryDirectory
    private let directory: String
    private let number: Int
    private let kind: Kind
    private let isArmed: Bool

    /// - Parameters:
    ///   - directory: where changes count.
    ///   - number: which one it is, from 1.
    ///   - isArmed: false counts from ``arm()`` on.
    package init(_ kind: Kind, at number: Int, under directory: String, isArmed: Bool = true) throws {
        place = try TemporaryDirectory()
        (self.directory, self.number, self.kind, self.isArmed) = (directory, number, kind, isArmed)
    }

    /// What the process is to have in its environment.
    package var environment: [String: String] {
        get throws {
            var all = [
                "LD_PRELOAD": try PetaBinary.library("WriteFaults"), "PETA_FAULT_UNDER": directory, "PETA_FAULT_AT": String(number),
                "PETA_FAULT_KIND": kind.rawValue, "PETA_FAULT_MARK": place.path("hit"),
            ]
            if !isArmed { all["PETA_FAULT_ARMED"] = place.path("armed") }
            return all
        }
    }

    /// Counts from now on.
    package func arm() throws { try place.write("", to: "armed") }

    /// Whether it came to that change.
    package var wasHit: Bool { FileManager.default.fileExists(atPath: place.path("hit")) }
}
