import COpenSSL

/// Overwrites an array that held secret bytes, in a way the optimiser may not drop.
///
/// Works on the array's own buffer: copies made before, also by growing, are not reached. Reserve the capacity first.
package func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
}
