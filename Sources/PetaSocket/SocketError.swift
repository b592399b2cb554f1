package import PetaStore

/// Why a socket cannot be opened.
package typealias SocketError = OperatorFailure
