package import PetaIdentity

/// What the gateway is told when it is composed. Sizes in bytes, times in seconds.
package struct GatewaySettings: Sendable {
    /// How names are listed.
    package enum NameStyle: String, Sendable { case safe, qualified }

    /// Peta's version.
    package var version = "0"
    /// How names are listed unless a request says otherwise.
    package var nameStyle = NameStyle.safe
    /// Largest body of a request.
    package var bodyBytes = 4 << 20
    /// Largest head of a request.
    package var headBytes = 32 << 10
    /// Deepest nesting of JSON in a request.
    package var jsonDepth = 64
    /// A session that is not used this long ends.
    package var sessionIdleSeconds = 1800
    /// Sessions of one user.
    package var sessionsPerUser = 4096
    /// Sessions in all.
    package var sessions = 65_536
    /// Requests of one session under way.
    package var inFlightPerSession = 256
    /// Connections in all.
    package var connections = 16_384
    /// A head must be complete within this time.
    package var headerSeconds = 10
    /// A body must be complete within this time.
    package var bodySeconds = 30
    /// A client that takes nothing for this long is cut off.
    package var writeStallSeconds = 30
    /// A connection without a request is closed after this time.
    package var keepAliveSeconds = 300
    /// No call lasts longer, whatever progress it reports.
    package var callMaxSeconds = 600
    /// A call that a person must approve waits this long for the decision before its client is told to come back.
    package var approvalHoldSeconds = 25
    /// The audit keeps the arguments of calls, what looks like a secret hidden.
    package var keepsArguments = false
    /// Events that are kept for one session, so that its streams can be resumed.
    package var streamEvents = 512
    /// Bytes of these events.
    package var streamBytes = 1 << 20
    /// How long they are kept.
    package var streamSeconds = 600
    /// Origins of browsers that may call, besides loopback ones.
    package var allowedOrigins: [String] = []
    /// Host names besides loopback ones; empty on an address that is not loopback: any.
    package var allowedHosts: [String] = []
    /// True if every address that is listened on is a loopback one: then Host is checked.
    package var isLoopback = true

    /// How much each user, token and address may ask for.
    package var rates = Rates()
    /// Calls of one user under way; 0: any number.
    package var userConcurrent = 0
    /// From here the client's address is taken out of a header field.
    package var trustedProxies = AddressSet([])
    /// The field that these proxies write.
    package var proxyHeader = ProxyHeader.xForwardedFor

    /// All at their defaults.
    package init() {}
}
