/// Notices credentials that stand in the clear where a reference to a secret could stand.
enum LiteralCredential {
    /// A remark for standard error, or nil where the value looks harmless. Never holds the value.
    static func remark(_ what: String, name: String, value: String) -> String? {
        let words = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "API-KEY", "AUTHORIZATION", "COOKIE", "CREDENTIAL"]
        let upper = name.uppercased()
        guard words.contains(where: upper.contains), !value.contains("${secret:") else { return nil }
        if value.isEmpty {
            return "note: \(what) \(name) is empty; in a shell '${secret:NAME}' needs single quotes"
        }
        return "note: \(what) \(name) holds a literal value; 'peta secret set NAME' and '${secret:NAME}' in its place keep it in the vault"
    }
}
