package import PetaCrypto

/// How receivers know that a delivery is the gateway's and not an old one: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256, under the shared
/// secret, of the seconds as text, a full stop, and the body.
package enum DeliverySignature {
    /// The value of `Peta-Signature`.
    ///
    /// - Parameter time: microseconds since 1970.
    package static func value(of body: [UInt8], key: SecretBytes, at time: Int64) -> String {
        let seconds = "\(time / 1_000_000)"
        let mac = HMACSHA256(key: key)
        var prefix = seconds + "."
        prefix.withUTF8 { mac.update(UnsafeRawBufferPointer($0)) }
        body.withUnsafeBytes { mac.update($0) }
        return "t=\(seconds),v1=\(mac.finish().hex)"
    }
}
