/// Something in a tool's texts that could be meant to deceive a person or to steer a model. It is told, and changes nothing.
package struct ToolFinding: Equatable, Sendable {
    /// What it is.
    package enum Kind: String, Sendable, CaseIterable {
        /// Control characters, such as those that steer a terminal.
        case control
        /// Marks that change the direction in which a text is shown.
        case bidi
        /// Characters that take no room or show nothing.
        case invisible
        /// The invisible copies of ASCII (U+E0000 to U+E007F).
        case tag
        /// Variation selectors where they select nothing: they can carry hidden bytes.
        case variationSelector = "variation_selector"
        /// Characters without a meaning that all agree on.
        case privateUse = "private_use"
        /// Letters of several scripts in one word.
        case mixedScript = "mixed_script"
        /// A name that looks like another one of the same server.
        case lookAlike = "look_alike"
        /// A text that tells a model what to do beyond the tool.
        case instruction
        /// A text that asks to keep something from the user.
        case concealment
        /// A text that names credentials of the user, or asks to send them away.
        case secrets
        /// A long text that only a decoder reads.
        case blob
        /// Comments, tags and images that are not shown as they stand.
        case markup
        /// So much empty space that what follows is out of sight.
        case padding
        /// A text that is too long to be looked through.
        case unread
    }

    /// The tool's own name.
    package let tool: String
    /// Where the text stands, such as `inputSchema.properties.path.description`; made visible.
    package let field: String
    package let kind: Kind
    /// What stands there, made visible and cut.
    package let excerpt: String
    /// Where it begins, in Unicode scalars from 0.
    package let position: Int
}
