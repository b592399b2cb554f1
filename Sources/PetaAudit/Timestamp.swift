import Glibc

/// Points in time as microseconds since 1970 (UTC), and their RFC 3339 text with six decimals.
package enum Timestamp {
    /// The clock now.
    package static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    /// The same as a text.
    package static func text(_ time: Int64) -> String {
        withUnsafeTemporaryAllocation(byteCount: length, alignment: 1) { room in
            guard var out = JSONWriter(room) else { return "" }
            write(time, to: &out)
            return String(decoding: room.prefix(out.count), as: UTF8.self)
        }
    }

    /// The first instant of the year 0 and the last of the year 9999: RFC 3339 has no others.
    static let range: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999
    static let length = 27

    /// `2026-11-23T05:06:07.000008Z`; what lies outside of the years 0 to 9999 is moved to their edge.
    static func write(_ time: Int64, to out: inout JSONWriter) {
        let time = min(max(time, range.lowerBound), range.upperBound)
        let seconds = floorDivide(time, 1_000_000)
        let micros = UInt32(truncatingIfNeeded: time - seconds * 1_000_000)
        let day = floorDivide(seconds, 86_400)
        let clock = UInt32(truncatingIfNeeded: seconds - day * 86_400)
        let date = civil(day: day)
        out.padded(date.year, digits: 4)
        out.byte(UInt8(ascii: "-"))
        out.padded(date.month, digits: 2)
        out.byte(UInt8(ascii: "-"))
        out.padded(date.day, digits: 2)
        out.byte(UInt8(ascii: "T"))
        out.padded(clock / 3600, digits: 2)
        out.byte(UInt8(ascii: ":"))
        out.padded(clock / 60 % 60, digits: 2)
        out.byte(UInt8(ascii: ":"))
        out.padded(clock % 60, digits: 2)
        out.byte(UInt8(ascii: "."))
        out.padded(micros, digits: 6)
        out.byte(UInt8(ascii: "Z"))
    }

    /// Reads exactly the form that ``write(_:to:)`` gives.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == length else { return nil }
        for (at, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (26, "Z")] as [(Int, Unicode.Scalar)]
        where text[at] != UInt8(ascii: mark) { return nil }
        guard let year = number(text, 0..<4), let month = number(text, 5..<7), let day = number(text, 8..<10),
            let hour = number(text, 11..<13), let minute = number(text, 14..<16), let second = number(text, 17..<19),
            let micros = number(text, 20..<26),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = self.day(year: year, month: month, day: day)
        let date = civil(day: days)
        guard date.day == UInt32(day), date.month == UInt32(month) else { return nil }
        return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + micros
    }

    /// As ``parse(_:)``, with the quotes of a JSON string round it.
    static func parse(quoted text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == length + 2 else { return nil }
        return parse(UnsafeBufferPointer(rebasing: text[1...length]))
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for digit in text[range] {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 48)
        }
        return value
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        a >= 0 ? a / b : -((b - 1 - a) / b)
    }

    /// Proleptic Gregorian date of a day since 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(day: Int64) -> (year: UInt32, month: UInt32, day: UInt32) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * ofYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (
            UInt32(truncatingIfNeeded: year), UInt32(truncatingIfNeeded: month),
            UInt32(truncatingIfNeeded: ofYear - (153 * monthFromMarch + 2) / 5 + 1)
        )
    }

    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }
}
