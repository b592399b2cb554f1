package import FoundationEssentials

extension Timestamp {
    /// The moment of a date, to the nearest millisecond.
    package init(_ date: Date) {
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }

    /// The same moment as a date.
    package var date: Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
