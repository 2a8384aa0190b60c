package implicit

import "fmt"

// GD is the modified loss of gradient descent with steps ε = rate (Barrett & Dherin 2021, Th. 3.1):
//
//	L̃(w) = L(w) + ε/4 ‖∇L(w)‖²,    ∇L̃ = ∇L + ε/2 ∇²L ∇L.
//
// Why: one step gives w − ε∇L exactly. The flow of L̃ gives, after a time ε, w − ε∇L̃ + ε²/2 ∇²L∇L + O(ε³). The two agree
// up to ε³ if ε(∇L̃ − ∇L) = ε²/2 ∇²L∇L = ∇(ε²/4 ‖∇L‖²).
//
// Minima of L are minima of L̃ (both terms are least there), but the way is another: of two that are equally low, L̃ prefers
// the path along which the slope is small.
func GD(l Loss, rate float64) Loss {
	mustRate("GD", rate)
	mustHVP("GD", l)
	return Loss{
		Value: func(w []float64) float64 {
			g := make([]float64, len(w))
			l.Gradient(g, w)
			// L + ε/4 ‖∇L‖²
			return l.Value(w) + rate/4*dot(g, g)
		},
		Gradient: func(dst, w []float64) {
			g := make([]float64, len(w))
			h := make([]float64, len(w))
			l.Gradient(g, w)
			l.HVP(h, w, g)
			// ∇L + ε/2 ∇²L ∇L
			for i := range dst {
				dst[i] = g[i] + rate/2*h[i]
			}
		},
	}
}

// Descend takes steps of w ← w − ε∇L(w) from w0 and returns all points, [steps+1][d], the start first.
// It errs, with the points so far, as soon as one is not finite.
func Descend(l Loss, w0 []float64, rate float64, steps int) ([][]float64, error) {
	mustRate("Descend", rate)
	if steps < 0 {
		panic(fmt.Sprintf("implicit: Descend: %d steps", steps))
	}
	w := append([]float64(nil), w0...)
	g := make([]float64, len(w))
	points := [][]float64{append([]float64(nil), w...)}
	for k := range steps {
		l.Gradient(g, w)
		addScaled(w, -rate, g)
		if i := notFinite(w); i >= 0 {
			return points, fmt.Errorf("implicit: Descend: w[%d] is %v after step %d: take smaller steps than %v", i, w[i], k+1, rate)
		}
		points = append(points, append([]float64(nil), w...))
	}
	return points, nil
}
