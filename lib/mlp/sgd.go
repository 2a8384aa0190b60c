package mlp

// momentum is gradient descent with a heavy ball (Polyak 1964): the step v remembers the steps before it.
//
//	v ← βv − ηg      v = 0 at first, β = 0 is plain descent
//	θ ← θ + v
type momentum struct {
	rate float64   // η
	beta float64   // β
	v    []float64 // the step, as θ
}

func (m *momentum) step(theta, g []float64) {
	for i := range theta {
		m.v[i] = m.beta*m.v[i] - m.rate*g[i]
		theta[i] += m.v[i]
	}
}
