/// What a legacy client set in its session and expects to hold: the level of log messages, and the resources it subscribed to.
///
/// It has to be said again in a session that takes the place of a lost one.
struct LastingRequests {
    private var level: (message: BridgeMessage, line: [UInt8])?
    /// By the resource's URI, in the order in which they came.
    private var subscriptions: [(uri: String, message: BridgeMessage, line: [UInt8])] = []
    private static let most = 256
    private static let longest = 16 << 10

    /// In the order in which they are to be sent.
    var all: [(BridgeMessage, [UInt8])] {
        (level.map { [($0.message, $0.line)] } ?? []) + subscriptions.map { ($0.message, $0.line) }
    }

    static func covers(_ message: BridgeMessage) -> Bool {
        ["logging/setLevel", "resources/subscribe", "resources/unsubscribe"].contains(message.method)
    }

    /// A request was answered: remembered if it succeeded. What is longer or more than a client has need for is not.
    mutating func answered(_ message: BridgeMessage, _ line: [UInt8], _ answer: [UInt8]) {
        guard Self.covers(message), (1...Self.longest).contains(line.count), ObjectScan(answer)?["result"] != nil else { return }
        if message.method == "logging/setLevel" {
            level = (message, line)
            return
        }
        let params = ObjectScan(line)?["params"].flatMap { ObjectScan(line, at: $0.lowerBound) }
        guard let uri = params?["uri"].flatMap({ ObjectScan.text(line, $0) }) else { return }
        if message.method == "resources/unsubscribe" {
            subscriptions.removeAll { $0.uri == uri }
        } else if !subscriptions.contains(where: { $0.uri == uri }), subscriptions.count < Self.most {
            subscriptions.append((uri, message, line))
        }
    }
}
