/// One POST.
package struct OutboundRequest: Sendable {
    package var url: OutboundURL
    /// Beside `Host`, `Content-Length`, `Connection` and `User-Agent`, which the client writes itself.
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8]
    /// From the first try to connect to the last byte of the answer.
    package var timeout: Duration = .seconds(30)
    /// How much of the answer's body is wanted, in bytes. The rest is not read: the answer then is ``OutboundResponse/isCut``.
    package var bodyLimit = 4096

    package init(url: OutboundURL, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.url = url
        self.headers = headers
        self.body = body
    }
}
