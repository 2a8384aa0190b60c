package spectrum

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Pair is an approximate eigenpair.
type Pair struct {
	Value    float64   // θ
	Residual float64   // ‖Ay − θy‖: some eigenvalue of A lies within this distance of θ
	Vector   []float64 // y [n], of length 1; nil if the directions were not kept
}

// Ritz gives all eigenpairs of T as approximate eigenpairs of A, ascending: from Ts = θs, y = Qs, and the residual
// is ‖Ay − θy‖ = β_k|s_k| without another product (Golub & Van Loan, Theorem 10.1.1 and §10.1.4).
// Those at the two ends of the spectrum converge first; those inside it mostly have not.
func (k *Krylov) Ritz() ([]Pair, error) {
	theta, s, err := k.eigen()
	if err != nil {
		return nil, err
	}
	m := len(theta)
	pairs := make([]Pair, m)
	for i, t := range theta {
		pairs[i] = Pair{Value: t, Residual: k.Residual * math.Abs(s.At(m-1, i))}
		if k.Q == nil {
			continue
		}
		// y = Qs
		y := make([]float64, len(k.Q[0]))
		for j, q := range k.Q {
			floats.AddScaled(y, s.At(j, i), q)
		}
		pairs[i].Vector = y
	}
	return pairs, nil
}

// Top finds the k largest eigenvalues of an operator with their vectors, in descending order: Lanczos from a random
// direction until every residual is at most 10⁻⁴ of the largest |θ|, or the steps are used up; then the pairs come
// with the residuals they have, so look at them. (The error of the value is far below the residual, of the order
// residual²/gap.)
//
// steps = 0 means 8k+60. It errs as Lanczos does, and panics if k is not between 1 and n.
func Top(ctx context.Context, a Operator, k, steps int, rng *rand.Rand) ([]Pair, error) {
	pairs, err := ends(ctx, a, k, steps, rng, func(t []Pair) []Pair { return t[len(t)-k:] })
	slices.Reverse(pairs)
	return pairs, err
}

// Bottom finds the k smallest (most negative) eigenvalues in ascending order, else like Top.
func Bottom(ctx context.Context, a Operator, k, steps int, rng *rand.Rand) ([]Pair, error) {
	return ends(ctx, a, k, steps, rng, func(t []Pair) []Pair { return t[:k] })
}

// topTolerance is the residual at which Top stops, relative to the largest |θ|.
const topTolerance = 1e-4

func ends(ctx context.Context, a Operator, k, steps int, rng *rand.Rand, part func([]Pair) []Pair) ([]Pair, error) {
	a.check("Top")
	if k < 1 || k > a.Dim {
		panic(fmt.Sprintf("spectrum: %d eigenpairs of an operator of dimension %d", k, a.Dim))
	}
	if steps == 0 {
		steps = 8*k + 60
	}
	l := Lanczos{Steps: max(k, steps), Keep: true, Restart: rng}
	// T grows step by step; its ends are looked at now and then.
	l.onStep = func(s *Krylov) bool {
		m := len(s.Alpha)
		if m < k || m%5 != 0 || len(s.Beta) < m {
			return true
		}
		look := &Krylov{Alpha: s.Alpha, Beta: s.Beta[:m-1], Residual: s.Beta[m-1]}
		pairs, err := look.Ritz()
		if err != nil {
			return true
		}
		scale := max(math.Abs(pairs[0].Value), math.Abs(pairs[m-1].Value))
		for _, p := range part(pairs) {
			if p.Residual > topTolerance*scale {
				return true
			}
		}
		return false
	}
	state, err := l.Run(ctx, a, Normal(a.Dim, rng))
	if err != nil {
		return nil, err
	}
	pairs, err := state.Ritz()
	if err != nil {
		return nil, err
	}
	return part(pairs), nil
}
