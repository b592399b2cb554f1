import Foundation
import PetaAdminAPI
import PetaCrypto
import PetaIdentity
import Synchronization

/// The audit record of an act while it goes on.
final class ActDraft: Sendable {
    private let time: Date
    private let start = ContinuousClock.now
    private let peer: LocalPeer
    private let role: Role
    private let command: String?
    private let method: String
    private let subject: Mutex<Subject>

    private struct Subject {
        var server: String?
        var tool: String?
        var target: String?
    }

    init(_ time: Date, _ peer: LocalPeer, _ role: Role, _ command: String?, _ route: AdminRoute, _ request: AdminRequest) {
        self.time = time
        self.peer = peer
        self.role = role
        self.command = command
        // A read that was an act is told from the read.
        switch route.kind {
        case .actWhen(let parameter, _): method = "\(route.method) \(route.template)?\(parameter)"
        case .namedAct(let name, _), .ownAct(let name): method = name
        case .read, .act: method = "\(route.method) \(route.template)"
        }
        let named = request.path["id"] ?? request.path["name"] ?? request.parameters["name"]
        let isAboutServer = route.template.hasPrefix("/v1/servers")
        subject = Mutex(
            Subject(
                server: (isAboutServer ? named : request.path["server"]).map(Self.bounded),
                target: isAboutServer ? nil : named.map(Self.bounded)))
    }

    /// Some acts name what they are about in their body.
    func learn(from request: AdminRequest) {
        guard Self.naming.contains(method), let names = try? AdminJSON.decode(Names.self, from: request.body) else { return }
        let id = names.id.map(Self.bounded)
        subject.withLock { subject in
            switch method {
            case "POST /v1/servers": subject.server = id
            case "POST /v1/users": subject.target = id
            case "POST /v1/users/{id}/allow", "POST /v1/users/{id}/deny", "POST /v1/users/{id}/revoke":
                subject.server = names.server.map(Self.bounded)
                subject.tool = names.name.map(Self.bounded)
            case "PUT /v1/servers/{id}/capabilities": subject.tool = names.name.map(Self.bounded)
            default: subject.tool = names.tool.map(Self.bounded)
            }
        }
    }

    /// What it turned out to be about.
    func concern(_ target: String) { subject.withLock { $0.target = Self.bounded(target) } }

    private static let naming: Set<String> = [
        "POST /v1/servers", "POST /v1/users", "POST /v1/servers/{id}/call",
        "POST /v1/users/{id}/allow", "POST /v1/users/{id}/deny", "POST /v1/users/{id}/revoke", "PUT /v1/servers/{id}/capabilities",
    ]

    func finish(_ result: Result<Void, any Error>, at end: Date) -> AdminAct {
        let outcome: AdminAct.Outcome
        var code: AdminErrorCode?
        switch result {
        case .success: outcome = .ok
        case .failure(let error):
            let failure = AdminFailure(reducing: error).error
            code = failure.code
            outcome = error is CancellationError ? .cancelled : failure.code == .notPermitted ? .denied : .error
        }
        let subject = self.subject.withLock { $0 }
        return AdminAct(
            time: time, requestID: Random.base64URL(bytes: 12), peer: peer, role: role, method: method, command: command,
            server: subject.server, tool: subject.tool, target: subject.target, outcome: outcome, error: code?.rawValue,
            duration: start.duration(to: .now))
    }

    private struct Names: Decodable {
        let id: String?
        let tool: String?
        let server: String?
        let name: String?
    }

    /// The peer chose it, so it is cut.
    private static func bounded(_ name: String) -> String { String(name.prefix(128)) }
}
