package attack

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Noise adds a random direction of a given length: what every attack is to be compared with, for it knows nothing of the model.
//
//	v: independent entries, normal, uniform in [−1, 1], or ±1;   r = ε·v/‖v‖_p
//
// The normal direction is uniform on the sphere (no direction is preferred); ±1 has the greatest L2 norm of all r with
// ‖r‖_∞ = ε, as FGSM's step has. Of several tries the first that changes the label is taken.
type Noise struct {
	Kind    NoiseKind
	Norm    Norm       // of the length: 0 = L2
	Epsilon float64    // ‖r‖_p ≥ 0, before clipping
	Tries   int        // 0 = 1
	Rand    *rand.Rand // required
	Lo, Hi  float64    // valid range of every input value, into which x + r is clipped; both 0 = no clipping
}

// NoiseKind is a distribution of the entries.
type NoiseKind int

const (
	Gaussian NoiseKind = iota // standard normal
	Uniform                   // uniform in [−1, 1]
	Signs                     // −1 or 1 with equal probability
)

func (k NoiseKind) String() string {
	return [...]string{"Gaussian", "uniform", "±1"}[k]
}

// Draw fills v with a draw of length ε, without clipping.
func (a Noise) Draw(v []float64) {
	for {
		for j := range v {
			switch a.Kind {
			case Gaussian:
				v[j] = a.Rand.NormFloat64()
			case Uniform:
				v[j] = 2*a.Rand.Float64() - 1
			case Signs:
				v[j] = float64(2*a.Rand.IntN(2) - 1)
			default:
				panic(fmt.Sprintf("attack: noise of kind %d", int(a.Kind)))
			}
		}
		if length := a.Norm.Of(v); length > 0 || len(v) == 0 { // zero has the probability zero
			for j := range v {
				v[j] *= a.Epsilon / length
			}
			return
		}
	}
}

// String describes the attack: "Gaussian noise, L2, ε = 2".
func (a Noise) String() string {
	s := fmt.Sprintf("%v noise, %v, ε = %v", a.Kind, a.Norm, a.Epsilon)
	if a.Tries > 1 {
		s += fmt.Sprintf(", %d tries", a.Tries)
	}
	return s
}

// Attack tries noise on every image that m labels as images.Labels does. Iterations are the tries; R is the one that changed the
// label, or the last. It panics without Rand, and if ε is negative or not finite; the error is the context's or the backend's.
func (a Noise) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	m.CheckImages(images)
	if a.Rand == nil || !(a.Epsilon >= 0) || math.IsInf(a.Epsilon, 1) {
		panic(fmt.Sprintf("attack: noise of length %v, which must be finite and not negative, with a source: %v", a.Epsilon, a.Rand != nil))
	}
	n, dim := images.N, images.H*images.W*images.C
	res := &Result{Name: a.String(), N: n, Dim: dim, R: make([]float32, n*dim),
		Status: make([]Status, n), Iterations: make([]int, n), Queries: make([]int, n), Gradients: make([]int, n)}
	labels, logits, err := m.Predict(ctx, images.Pix[:n*dim])
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	res.From, res.To = labels, append([]int32(nil), labels...)
	var active []int
	for i := range n {
		res.Queries[i]++
		if res.Status[i] = startStatus(logits[i*m.Classes:(i+1)*m.Classes], labels[i], images.Labels[i]); res.Status[i] == Flipped {
			res.Status[i] = Exhausted
			active = append(active, i)
		}
	}
	v := make([]float64, dim)
	for range max(1, a.Tries) {
		pix := make([]float32, 0, len(active)*dim)
		next := 0
		for i := range n { // every image has its draw in every try, so that it does not depend on how the others fare
			a.Draw(v)
			if next == len(active) || active[next] != i {
				continue
			}
			next++
			r := res.Perturbation(i)
			for j, x := range images.Image(i) {
				r[j] = float32(v[j])
				if a.Lo != 0 || a.Hi != 0 {
					r[j] = min(max(x+r[j], float32(a.Lo)), float32(a.Hi)) - x
				}
				pix = append(pix, x+r[j])
			}
		}
		now, f, err := m.Predict(ctx, pix)
		if err != nil {
			return nil, fmt.Errorf("attack: %w", err)
		}
		var rest []int
		for s, i := range active {
			res.Iterations[i]++
			res.Queries[i]++
			res.To[i] = now[s]
			switch {
			case startStatus(f[s*m.Classes:(s+1)*m.Classes], now[s], now[s]) == NotFinite:
				res.Status[i], res.To[i] = NotFinite, res.From[i]
			case now[s] != res.From[i]:
				res.Status[i] = Flipped
			default:
				rest = append(rest, i)
			}
		}
		active = rest
	}
	return res, nil
}
