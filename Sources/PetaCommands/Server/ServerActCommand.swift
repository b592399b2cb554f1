import PetaAdminAPI

/// A command that does one act to one server.
protocol ServerActCommand: ClientCommand {
    static var act: ServerAct { get }
    /// The act as done: `started`.
    static var done: String { get }
    var id: String { get }
}

extension ServerActCommand {
    func run(_ session: Session) throws {
        let server = try session.naming(.server(id)) { try session.client.act(Self.act, on: id) }
        try session.renderer.show(server) { $0.line(ServerPage.outcome(Self.done, server)) }
    }
}
