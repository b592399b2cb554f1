package import PetaCrypto
package import PetaOutbound

/// A URL that each anchor is posted to.
package struct AnchorURL: AnchorPlace {
    private let url: OutboundURL
    private let secret: (@Sendable () throws -> SecretBytes?)?
    private let post: AuditPost

    /// - Parameter secret: what it is signed with; nil: it is not.
    package init(url: OutboundURL, secret: (@Sendable () throws -> SecretBytes?)?, post: @escaping AuditPost) {
        self.url = url
        self.secret = secret
        self.post = post
    }

    package var description: String { "\(url)" }

    package func put(_ anchor: AuditAnchor) async throws(AnchorFailure) {
        var request = OutboundRequest(url: url, body: Array((anchor.line + "\n").utf8))
        request.headers = [("Content-Type", "application/json"), ("Peta-Event", "audit.anchor"), ("Peta-Instance", anchor.instance)]
        if let secret {
            guard let key = try? secret() else { throw AnchorFailure("cannot post to \(url): its secret is not in the vault") }
            request.headers.append(("Peta-Signature", DeliverySignature.value(of: request.body, key: key, at: Timestamp.now())))
        }
        let answer: OutboundResponse
        do throws(OutboundFailure) { answer = try await post(request) } catch { throw AnchorFailure("cannot post to \(url): \(error)") }
        guard answer.isSuccess else { throw AnchorFailure("\(url) answered with HTTP status \(answer.status)") }
    }
}
