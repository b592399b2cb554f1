package import PetaStore

/// What the settings of servers refuse, in words for the operator.
package typealias ExposureError = OperatorFailure
