import Foundation
import PetaAdminAPI
import Testing

@Suite struct TimestampTests {
    @Test("a moment is written as RFC 3339 in UTC with milliseconds")
    func text() {
        #expect(Timestamp(milliseconds: 0).text == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: -1).text == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: 1_709_164_800_000).text == "2024-02-29T00:00:00.000Z")
        #expect(Timestamp(milliseconds: 4_107_542_399_007).text == "2100-02-28T23:59:59.007Z")
    }

    @Test("days of four centuries agree with Foundation's calendar, both ways")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: -40_000, through: 120_000, by: 97) {
            let moment = Timestamp(milliseconds: Int64(day) * 86_400_000 + 12_345_678)
            let parts = calendar.dateComponents([.year, .month, .day, .hour], from: moment.date)
            let expected = String(format: "%04d-%02d-%02dT%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0, parts.hour ?? 0)
            #expect(moment.text.hasPrefix(expected))
            #expect(Timestamp(text: moment.text) == moment)
            #expect(Timestamp(moment.date) == moment)
        }
    }

    @Test(
        "offsets, fractions, small letters and dates alone are read",
        arguments: [
            ("2026-03-09T17:04:05Z", "2026-03-09T17:04:05.000Z"), ("2026-03-09t17:04:05z", "2026-03-09T17:04:05.000Z"),
            ("2026-03-09 17:04:05.1Z", "2026-03-09T17:04:05.100Z"), ("2026-03-09T17:04:05.123999Z", "2026-03-09T17:04:05.123Z"),
            ("2026-03-09T17:04:05+02:00", "2026-03-09T15:04:05.000Z"), ("2026-03-09T17:04:05-05:30", "2026-03-09T22:34:05.000Z"),
            ("2026-03-09", "2026-03-09T00:00:00.000Z"), ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"),
        ])
    func read(_ text: String, _ expected: String) {
        #expect(Timestamp(text: text)?.text == expected)
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "now", "2026", "2026-3-9", "2026-13-01", "2026-02-29", "2026-04-31", "2026-00-10", "2026-01-00", "2026-03-09T24:00:00Z",
            "2026-03-09T10:60:00Z", "2026-03-09T10:00:61Z", "2026-03-09T10:00:00", "2026-03-09T10:00Z", "2026-03-09T10:00:00.Z",
            "2026-03-09T10:00:00+2:00", "2026-03-09T10:00:00Z ", "２026-03-09",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }
}
