/// A way to a server that is ready for use, and what the server said of itself.
struct Opened: Sendable {
    let link: any Link
    let found: Handshake.Outcome
    /// Process of a stdio server.
    var child: ChildProcess?
    /// True where a stream has to be opened on which the server speaks by itself (Streamable HTTP, legacy).
    var speaksByItself = false
}
