import PetaAdminAPI

/// The one place where an answer becomes text or JSON.
struct Renderer {
    let format: Format
    let console: Console

    /// Prints an answer: the value itself for scripts, or the page that is made of it for people.
    func show(_ value: some Encodable, _ page: (inout Page) -> Void) throws {
        switch format {
        case .json: try write(json: try AdminJSON.encode(value, pretty: true))
        case .text:
            var made = Page()
            page(&made)
            try console.write(made.text(width: console.width, usesColor: console.usesColor))
        }
    }

    /// Prints bytes that are JSON already, exactly as they are (on a terminal with harmful characters escaped), or the page.
    func show(raw bytes: [UInt8], _ page: (inout Page) -> Void) throws {
        switch format {
        case .json: try write(json: bytes)
        case .text:
            var made = Page()
            page(&made)
            try console.write(made.text(width: console.width, usesColor: console.usesColor))
        }
    }

    private func write(json bytes: [UInt8]) throws {
        try console.write((console.isOutputTerminal ? Escaped.json(bytes) : bytes) + [0x0A])
    }
}
