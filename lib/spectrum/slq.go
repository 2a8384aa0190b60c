package spectrum

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"path/filepath"
)

// SLQ is stochastic Lanczos quadrature (Ubaru, Chen & Saad 2017, Algorithm 1; for Hessians Ghorbani, Krishnan & Xiao
// 2019, §2): the distribution of all n eigenvalues from a few random start vectors.
//
//  1. v has independent signs ±1, so that E (u_iᵀv)² = 1 for each eigenvector u_i: on average v sees all alike.
//  2. m steps of Lanczos from v, and Gauss's rule from T: (1/n) vᵀf(A)v ≈ Σ_j ω_j f(θ_j).
//  3. The mean over the probes estimates (1/n) tr f(A) = (1/n) Σ_i f(λ_i), their spread its error.
type SLQ struct {
	Steps  int // m of each probe; ≥ 1
	Probes int // ≥ 1; two or more give error bars
	// Every is called after each Lanczos step. May be nil.
	Every func(probe, step int)
	// Dir keeps finished probes and the state of the one under way, so that a run that was stopped goes on. "" keeps
	// nothing. Key names the operator, as in Lanczos.
	Dir, Key string
	// SaveEvery as in Lanczos.
	SaveEvery int
}

// Spectrum is the estimate: one quadrature a probe.
type Spectrum struct {
	Dim    int // n
	Probes []Quadrature
}

// Run draws one seed a probe from rng, in order, so that a run that goes on from its files gives the same numbers.
// It errs as Lanczos does; then the probes finished so far are returned beside the error.
func (s SLQ) Run(ctx context.Context, a Operator, rng *rand.Rand) (*Spectrum, error) {
	a.check("SLQ")
	if s.Steps < 1 || s.Probes < 1 {
		panic(fmt.Sprintf("spectrum: SLQ with %d steps and %d probes, want at least 1 of each", s.Steps, s.Probes))
	}
	out := &Spectrum{Dim: a.Dim}
	for p := range s.Probes {
		v := Rademacher(a.Dim, rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())))
		key := fmt.Sprintf("%s; %d steps", s.Key, s.Steps)
		l := Lanczos{Steps: s.Steps, Key: key, SaveEvery: s.SaveEvery}
		if s.Every != nil {
			l.Every = func(step int) bool { s.Every(p, step); return true }
		}
		if s.Dir == "" {
			q, err := s.probe(ctx, l, a, v)
			if err != nil {
				return out, err
			}
			out.Probes = append(out.Probes, q)
			continue
		}
		l.File = filepath.Join(s.Dir, "probe.state")
		done := filepath.Join(s.Dir, fmt.Sprintf("probe-%d", p))
		var k keptProbe
		switch err := readGob(done, &k); {
		case err == nil && k.Start == fingerprint(v, key):
			out.Probes = append(out.Probes, k.Quadrature)
			continue
		case err == nil:
			return out, fmt.Errorf("spectrum: %s belongs to another operator, seed or number of steps: delete %s, or name another folder", done, s.Dir)
		case !errors.Is(err, fs.ErrNotExist):
			return out, fmt.Errorf("spectrum: %s cannot be read: %w; delete it to compute it again", done, err)
		}
		q, err := s.probe(ctx, l, a, v)
		if err != nil {
			return out, err
		}
		if err := errors.Join(writeGob(done, keptProbe{fingerprint(v, key), q}), remove(l.File)); err != nil {
			return out, fmt.Errorf("spectrum: a finished probe could not be kept: %w", err)
		}
		out.Probes = append(out.Probes, q)
	}
	return out, nil
}

type keptProbe struct {
	Start      [32]byte
	Quadrature Quadrature
}

func (s SLQ) probe(ctx context.Context, l Lanczos, a Operator, v []float64) (Quadrature, error) {
	k, err := l.Run(ctx, a, v)
	if err != nil {
		return Quadrature{}, err
	}
	return k.Quadrature()
}

// Mean estimates (1/n) Σ_i f(λ_i).
func (s *Spectrum) Mean(f func(x float64) float64) Estimate {
	v := make([]float64, len(s.Probes))
	for i, q := range s.Probes {
		v[i] = q.Integrate(f)
	}
	return estimate(v)
}

// Share estimates the share of the eigenvalues in [lo, hi), between 0 and 1.
func (s *Spectrum) Share(lo, hi float64) Estimate {
	v := make([]float64, len(s.Probes))
	for i, q := range s.Probes {
		v[i] = q.Share(lo, hi)
	}
	return estimate(v)
}

// Near estimates the share of the eigenvalues with |λ| < t.
func (s *Spectrum) Near(t float64) Estimate { return s.Share(math.Nextafter(-t, 0), t) }

// Extremes are the smallest and the largest node over all probes. They lie inside the spectrum and near its ends.
func (s *Spectrum) Extremes() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, q := range s.Probes {
		lo, hi = min(lo, q.Node[0]), max(hi, q.Node[len(q.Node)-1])
	}
	return lo, hi
}
