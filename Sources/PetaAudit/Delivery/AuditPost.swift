package import PetaOutbound

/// Posts something: ``OutboundClient``'s, or a test's.
package typealias AuditPost = @Sendable (OutboundRequest) async throws(OutboundFailure) -> OutboundResponse
