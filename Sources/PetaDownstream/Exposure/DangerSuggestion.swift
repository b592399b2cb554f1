package import PetaWire

/// What a tool's annotations suggest as its danger level. A suggestion is shown and never in force: annotations are a server's own words.
package enum DangerSuggestion {
    /// Nil where the annotations say nothing about it.
    ///
    /// What destroys needs approval. What changes something, in the open world or by its own account, is worth knowing. What only
    /// reads is silent.
    package static func of(_ annotations: JSON?) -> DangerLevel? {
        guard let annotations else { return nil }
        let readsOnly = annotations["readOnlyHint"]?.bool
        let destroys = annotations["destructiveHint"]?.bool
        let isOpen = annotations["openWorldHint"]?.bool
        if readsOnly == true { return .silent }
        if destroys == true { return .approval }
        if isOpen == true || readsOnly == false { return .notify }
        return nil
    }
}
