/// An http or https URL that something is sent to, taken apart and checked once.
///
/// Paths of such URLs often are credentials, so ``description`` shows only where it leads.
package struct OutboundURL: Sendable, Equatable, CustomStringConvertible {
    /// The longest URL, in bytes.
    package static let longest = 2048

    /// Whether it is https.
    package let isSecure: Bool
    /// A name, or an address without brackets.
    package let host: String
    package let port: Int
    /// Path and query, as they go into the request line.
    package let target: String
    /// The value of the `Host` field.
    let authority: String

    /// - Throws: ``OutboundURLProblem``, which never repeats the URL.
    package init(_ text: String) throws(OutboundURLProblem) {
        guard text.utf8.count <= Self.longest else { throw OutboundURLProblem("it is longer than \(Self.longest) bytes") }
        guard let mark = text.firstRange(of: "://") else { throw OutboundURLProblem("it has no scheme; write https://HOST/PATH") }
        switch text[..<mark.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw OutboundURLProblem("its scheme is neither https nor http")
        }
        let rest = text[mark.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = String(rest[authority.endIndex...])
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw OutboundURLProblem("its path holds a space or a character that is not ASCII; percent-encode it")
        }
        self.target = target.hasPrefix("/") ? target : "/" + target
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw OutboundURLProblem("it holds a user or password, which do not belong into a URL")
        }
        (host, port) = try Self.place(authority, isSecure: isSecure)
        self.authority = String(authority)
    }

    /// Scheme, host and port; never the path.
    package var description: String {
        let shown = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        let isUsual = port == (isSecure ? 443 : 80)
        return (isSecure ? "https://" : "http://") + shown + (isUsual ? "" : ":\(port)")
    }

    /// Whether what is sent stays on this machine: a loopback address, or the name that stands for one (RFC 6761).
    package var isLoopback: Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// An address has no name that a certificate or SNI could be about.
    var serverName: String? {
        let isAddress = host.utf8.contains(UInt8(ascii: ":")) || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
        return isAddress ? nil : host
    }

    private static func place(_ authority: Substring, isSecure: Bool) throws(OutboundURLProblem) -> (String, Int) {
        let host: Substring
        let port: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw OutboundURLProblem("its address has no closing bracket") }
            host = authority[authority.index(after: authority.startIndex)..<close]
            guard !host.isEmpty, host.utf8.allSatisfy(isOfAddress) else { throw OutboundURLProblem("its address is none") }
            let tail = authority[authority.index(after: close)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { throw OutboundURLProblem("its address is none") }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first ?? ""
            port = parts.count > 1 ? parts[1] : nil
            guard !host.isEmpty else { throw OutboundURLProblem("it has no host") }
            guard host.utf8.count <= 253, host.utf8.allSatisfy(isOfName) else {
                throw OutboundURLProblem("its host holds a character that names do not have; write international names as xn--…")
            }
        }
        guard let port else { return (String(host), isSecure ? 443 : 80) }
        guard let number = UInt16(port), number > 0 else { throw OutboundURLProblem("its port is no number from 1 to 65535") }
        return (String(host), Int(number))
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "%")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
