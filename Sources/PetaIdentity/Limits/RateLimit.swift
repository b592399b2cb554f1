/// How many requests are let through in how long: `100/min`, `5/s`, `2000/h`, or `none` for any number.
package struct RateLimit: Sendable, Hashable {
    /// What a rate is counted over.
    package enum Window: Int, Sendable, CaseIterable {
        case second = 1
        case minute = 60
        case hour = 3600

        fileprivate var words: [String] {
            switch self {
            case .second: ["s", "sec", "second"]
            case .minute: ["min", "m", "minute"]
            case .hour: ["h", "hour"]
            }
        }
    }

    /// Requests; 0: any number.
    package let count: Int
    package let window: Window

    /// The most that can be asked for.
    package static let most = 1_000_000

    /// Any number of requests.
    package static let none = RateLimit(0, per: .minute)

    /// A count beyond the bounds is brought back into them.
    package init(_ count: Int, per window: Window) {
        self.count = min(max(0, count), Self.most)
        self.window = window
    }

    /// Reads `COUNT/min` (or `s`, `h`), `COUNT` alone for a minute, or `none`.
    package init?(_ text: String) {
        if text == "none" {
            self = .none
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, (1...7).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(parts[0]), (1...Self.most).contains(count)
        else { return nil }
        let unit = parts.count == 2 ? String(parts[1]) : "min"
        guard let window = Window.allCases.first(where: { $0.words.contains(unit) }) else { return nil }
        self.init(count, per: window)
    }

    /// True if nothing is refused.
    package var isNone: Bool { count == 0 }

    /// What is taken, in words.
    package static let rule = "a number from 1 to \(most) and what it is for, such as 100/min, 5/s or 2000/h, or none"
}

extension RateLimit: CustomStringConvertible {
    package var description: String { isNone ? "none" : "\(count)/\(window.words[0])" }
}
