package activation

// Identity is σ(z) = z, the activation of an output layer that regresses.
var Identity = Func{
	Name: "identity",
	F:    func(z float64) float64 { return z },
	D:    func(z float64) float64 { return 1 + 0*z }, // 0·z keeps NaN
}
