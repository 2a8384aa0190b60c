package activation

// Identity is σ(z) = z, the activation of an output layer that regresses.
var Identity = Func{
	Name: "identity",
	F:    func(z float64) float64 { return z },
	D: func(z float64) float64 {
		if z != z {
			return z // NaN
		}
		return 1
	},
}
