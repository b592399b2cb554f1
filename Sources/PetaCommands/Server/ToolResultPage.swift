import PetaAdminAPI

/// A tool's result for people: its text, and a word about everything that is not text.
enum ToolResultPage {
    static func fill(_ page: inout Page, _ result: JSONNode?, raw: [UInt8]) {
        let items = result?["content"]?.elements ?? []
        for item in items { fill(&page, item) }
        if items.isEmpty {
            let structured = result?["structuredContent"]
            let shown = (structured ?? result).map { JSONWriter.write($0, pretty: true) } ?? raw
            page.block(String(decoding: shown, as: UTF8.self))
        }
    }

    private static func fill(_ page: inout Page, _ item: JSONNode) {
        let type = item["type"]?.stringValue ?? "unknown"
        switch type {
        case "text":
            page.block(item["text"]?.stringValue ?? "")
        case "image", "audio":
            let mime = item["mimeType"]?.stringValue ?? type
            let size = Int64((item["data"]?.stringValue?.utf8.count ?? 0) / 4 * 3)
            page.line("[\(type): \(mime), about \(Amount.bytes(size))]", .faint)
        case "resource_link":
            page.line("[link: \(item["uri"]?.stringValue ?? "")]", .faint)
        case "resource":
            let resource = item["resource"]
            if let text = resource?["text"]?.stringValue {
                page.block(text)
            } else {
                page.line("[resource: \(resource?["uri"]?.stringValue ?? "")]", .faint)
            }
        default:
            page.line("[\(type)]", .faint)
        }
    }
}
