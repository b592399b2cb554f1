extension String {
    /// At most `count` bytes of UTF-8: one character can be megabytes of combining marks.
    func clipped(to count: Int) -> String {
        guard utf8.count > count else { return self }
        return String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
