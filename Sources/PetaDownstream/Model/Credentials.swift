/// Fills `${secret:NAME}` in when a connection is made. The daemon gives the vault's.
package protocol Credentials: Sendable {
    /// Fills these texts in. Throws when a secret is missing, naming it.
    func expand(_ templates: [String]) throws -> ExpandedTemplates
}

/// Texts with their secrets in place, and what cuts those secrets out of answers.
package struct ExpandedTemplates: Sendable {
    /// The texts, in the order of the templates.
    package var texts: [String]
    /// Finds the values that were filled in; nil if there were none.
    package var redaction: (any Redaction)?
    /// The names of the secrets that were filled in, for the audit: a JSON array as text; nil if there were none.
    package var names: String?

    /// All of it.
    package init(texts: [String], redaction: (any Redaction)?, names: String? = nil) {
        self.texts = texts
        self.redaction = redaction
        self.names = names
    }
}

/// Cuts secret values out of bytes.
package protocol Redaction: Sendable {
    /// The bytes without the values, or nil if none is there.
    func redact(_ bytes: UnsafeRawBufferPointer) -> [UInt8]?
}

/// Seals definitions for the store. The daemon gives the vault's.
package protocol DefinitionSealer: Sendable {
    /// Seals bytes for a record.
    func seal(_ plain: [UInt8], record: String, version: Int) throws -> [UInt8]
    /// Opens what `seal` gave for the same record and version.
    func open(_ sealed: [UInt8], record: String, version: Int) throws -> [UInt8]
}
