package spectrum

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// Trace is Hutchinson's estimate of tr A = Σ λ_i (Hutchinson 1990; Avron & Toledo 2011, Definition 1.2):
//
//	tr A = E vᵀAv  for v with independent signs ±1,
//
// averaged over the probes. Its variance a probe is 2 Σ_{i≠j} A_ij²: for a diagonal matrix one probe is exact.
// One product a probe. It errs as the operator does, and panics on less than one probe.
func Trace(ctx context.Context, a Operator, probes int, rng *rand.Rand) (Estimate, error) {
	a.check("Trace")
	if probes < 1 {
		panic(fmt.Sprintf("spectrum: Trace with %d probes, want at least 1", probes))
	}
	samples := make([]float64, 0, probes)
	av := make([]float64, a.Dim)
	for p := range probes {
		if err := context.Cause(ctx); err != nil {
			return estimate(samples), fmt.Errorf("spectrum: trace stopped after %d of %d probes: %w", p, probes, err)
		}
		v := Rademacher(a.Dim, rng)
		if err := a.Mul(ctx, av, v); err != nil {
			return estimate(samples), fmt.Errorf("spectrum: trace, probe %d: %w", p+1, err)
		}
		samples = append(samples, floats.Dot(v, av)) // vᵀAv
	}
	return estimate(samples), nil
}
