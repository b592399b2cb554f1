import Glibc

/// The decimal logarithm.
func logarithm(_ value: Double) -> Double { log10(value) }
