internal import NIOSSL
internal import PetaAdminAPI

/// What is to be said of a certificate.
enum CertificateWords {
    static func findings(_ leaf: NIOSSLCertificate, _ path: String, now: Int64) -> [DoctorFinding] {
        var found: [DoctorFinding] = []
        let (begin, end) = (Int64(leaf.notValidBefore), Int64(leaf.notValidAfter))
        let renew = "put the renewed files in their place, then: peta config reload"
        if end <= now {
            found.append(
                DoctorFinding("certificate.expiry", .failure, "\(path) ran out \(DoctorWords.duration(now - end)) ago", remedy: renew))
        } else if begin > now {
            found.append(
                DoctorFinding(
                    "certificate.expiry", .failure, "\(path) is not valid for another \(DoctorWords.duration(begin - now))",
                    remedy: "is the clock right? timedatectl"))
        } else {
            let isSoon = end - now < 14 * 86_400
            found.append(
                DoctorFinding(
                    "certificate.expiry", isSoon ? .warning : .ok, "\(path) runs out in \(DoctorWords.duration(end - now))",
                    remedy: isSoon ? renew : nil))
        }
        if let der = try? leaf.toDERBytes(), CertificateNames.isSelfIssued(der) == true {
            found.append(
                DoctorFinding(
                    "certificate.issuer", .warning, "\(path) is signed by itself: clients have to be told to trust it",
                    remedy: "take one from an authority that clients know"))
        }
        let names = leaf._subjectAlternativeNames().count
        found.append(
            names > 0
                ? DoctorFinding("certificate.names", .ok, "\(path) is for \(names == 1 ? "1 name" : "\(names) names")")
                : DoctorFinding(
                    "certificate.names", .failure, "\(path) has no subjectAltName: clients refuse it (RFC 9525)",
                    remedy: "make one with -addext subjectAltName=DNS:HOST"))
        return found
    }
}
