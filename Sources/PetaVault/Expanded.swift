package import PetaCrypto

/// A template with its secrets filled in.
package struct Expanded: Sendable {
    /// The whole text, UTF-8.
    package let value: SecretBytes
    /// Each secret that is in it, once, in the order of first use: what the answers of its receiver are searched for.
    package let injected: [InjectedSecret]
}

/// A secret that was given to a downstream server.
package struct InjectedSecret: Sendable {
    /// Its name, which stands in for the value in redacted text.
    package let name: String
    /// Its value.
    package let value: SecretBytes

    /// Pairs a name with a value.
    package init(name: String, value: SecretBytes) {
        self.name = name
        self.value = value
    }
}
