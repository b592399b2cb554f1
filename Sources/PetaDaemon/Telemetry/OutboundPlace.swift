internal import PetaAdminAPI
internal import PetaCrypto
internal import PetaOutbound
internal import PetaStore
internal import PetaTelemetry
internal import PetaVault

/// Where something is sent, with the header fields that go along. Secrets are filled in with each request, so that a new value of one, or a vault
/// that was unsealed, counts at once.
struct OutboundPlace: Sendable {
    let url: OutboundURL
    private let headers: [(name: String, template: String)]
    private let vault: Vault

    /// - Parameter setting: the key that the URL is from, for what is wrong with it.
    init(_ text: String, headers: [String], vault: Vault, setting: String) throws {
        do throws(OutboundURLProblem) { url = try OutboundURL(text) } catch {
            throw AdminError(.invalidArgument, "\(setting): \(error)", hint: "see peta.yaml(5)")
        }
        self.vault = vault
        self.headers = try headers.compactMap { text in
            guard let equals = text.firstIndex(of: "=") else { return nil }
            let template = String(text[text.index(after: equals)...])
            do { _ = try SecretTemplate(template) } catch {
                throw AdminError(
                    .invalidArgument, "\(setting): the header \(text[..<equals]) is malformed: \(Self.words(error))",
                    hint: "write ${secret:NAME}")
            }
            return (String(text[..<equals]), template)
        }
    }

    /// Sends one body. Blocks for the vault where secrets are to be filled in: never on an event loop.
    func post(_ body: [UInt8], _ client: OutboundClient) async -> (Delivery, answer: [UInt8]) {
        var request = OutboundRequest(url: url, body: body)
        request.timeout = .seconds(10)
        request.headers = [("Content-Type", "application/json")]
        do {
            for (name, template) in headers {
                let value = try vault.expand(template).value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                // A line break would begin a field of its own.
                guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw BadValue(name: name) }
                request.headers.append((name, value))
            }
        } catch {
            return (.failed("a header field cannot be filled in: \(Self.words(error))"), [])
        }
        do throws(OutboundFailure) {
            let response = try await client.post(request)
            return (Delivery(status: response.status, retryAfter: response.retryAfter), response.body)
        } catch {
            return (.failed("\(error)"), [])
        }
    }

    /// What is wrong, as an operator is told it.
    private static func words(_ error: any Error) -> String { (error as? any OperatorError)?.message ?? "\(error)" }

    private struct BadValue: Error, CustomStringConvertible {
        let name: String
        var description: String { "the value of \(name) holds a control character" }
    }
}
