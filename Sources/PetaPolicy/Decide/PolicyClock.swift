package import PetaWire

/// The parts of a moment, in one zone (proleptic Gregorian calendar).
package struct PolicyClock {
    private let seconds: Int64

    /// - Parameters:
    ///   - seconds: since 1970, UTC.
    ///   - offset: of the zone, in minutes.
    package init(_ seconds: Int64, offset: Int) { self.seconds = seconds + Int64(offset) * 60 }

    /// `date` 2026-11-25, `clock` 17:05, `hour`, `minute`, `weekday` mon to sun, `now` 2026-11-25T17:05:00.
    package func part(_ name: String) -> JSON? {
        switch name {
        case "date": .string(date)
        case "clock": .string(clock)
        case "hour": .int(Int(ofDay / 3600))
        case "minute": .int(Int(ofDay / 60 % 60))
        case "weekday": .string(["thu", "fri", "sat", "sun", "mon", "tue", "wed"][Int(((days % 7) + 7) % 7)])
        case "now": .string("\(date)T\(clock):\(Self.two(ofDay % 60))")
        default: nil
        }
    }

    private var days: Int64 { (seconds - ofDay) / 86_400 }
    private var ofDay: Int64 { ((seconds % 86_400) + 86_400) % 86_400 }
    private var clock: String { "\(Self.two(ofDay / 3600)):\(Self.two(ofDay / 60 % 60))" }
    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Days to a date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": civil_from_days).
    private var date: String {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * index + 2) / 5 + 1
        let month = index < 10 ? index + 3 : index - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year < 1000 ? String(repeating: "0", count: 4 - String(year).count) : "")\(year)-\(Self.two(month))-\(Self.two(day))"
    }
}
