import PetaAdmin
import PetaAdminAPI

/// Knows one call.
struct FakeWhy: WhyOperations {
    func why(_ call: String) async throws -> WhyAnswer {
        guard call == "r7" || call == "7" else { throw AdminError(.notFound, "there is no call '\(call)'", hint: "look") }
        return WhyAnswer(
            seq: 7, requestId: "r7", record: RawJSON(trusted: Array(#"{"seq":7}"#.utf8)), layer: "rights", explanation: "no right")
    }
}
