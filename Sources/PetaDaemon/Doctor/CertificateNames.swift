/// As much of a certificate in DER (X.690) as it takes to tell whether it signed itself (RFC 5280, section 4.1).
enum CertificateNames {
    /// True where issuer and subject are the same; nil where this is no certificate.
    static func isSelfIssued(_ der: [UInt8]) -> Bool? {
        guard let outer = element(der, at: 0), outer.tag == 0x30, let inner = element(der, at: outer.content.lowerBound), inner.tag == 0x30
        else { return nil }
        var at = inner.content.lowerBound
        var fields: [Range<Int>] = []
        while at < inner.content.upperBound, fields.count < 6, let field = element(der, at: at) {
            // The version is optional, and tagged.
            if field.tag != 0xA0 { fields.append(at..<field.content.upperBound) }
            at = field.content.upperBound
        }
        // Serial number, algorithm, issuer, validity, subject.
        guard fields.count >= 5 else { return nil }
        return der[fields[2]] == der[fields[4]]
    }

    private static func element(_ bytes: [UInt8], at start: Int) -> (tag: UInt8, content: Range<Int>)? {
        guard start + 2 <= bytes.count else { return nil }
        var at = start + 2
        var length = Int(bytes[start + 1])
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...4).contains(count), at + count <= bytes.count else { return nil }
            length = bytes[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) }
            at += count
        }
        guard length <= bytes.count - at else { return nil }
        return (bytes[start], at..<(at + length))
    }
}
