package operators

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Ensemble repeats a sparse fit on rows drawn at random with replacement, and counts (Fasel, Kutz, Brunton & Brunton 2022, bagging; with
// Leave also their library bagging).
type Ensemble struct {
	STLSQ
	Bags  int // fits, > 0
	Rows  int // rows drawn for each, ≥ 0; 0 means as many as there are
	Leave int // terms left out of each at random, ≥ 0
}

// Inclusion is what the fits agree on.
type Inclusion struct {
	Probability []float64   // [terms] share of the fits that kept the term, of those that it was offered to
	Median      []float64   // [terms] median coefficient where it was kept, 0 if it never was
	Alpha       [][]float64 // [bags][terms]
}

// Solve draws and fits. It errs as STLSQ.Solve does; a draw with undetermined coefficients is drawn again, ten times.
func (e Ensemble) Solve(theta *mat.Dense, y []float64, rng *rand.Rand) (*Inclusion, error) {
	n, p := theta.Dims()
	rows := e.Rows
	if rows == 0 {
		rows = n
	}
	if e.Bags <= 0 || rows < 0 || e.Leave < 0 || e.Leave >= p {
		panic(fmt.Sprintf("operators: Ensemble: %d bags of %d rows, %d of %d terms left out", e.Bags, rows, e.Leave, p))
	}
	out := &Inclusion{Probability: make([]float64, p), Median: make([]float64, p)}
	offered, kept := make([]float64, p), make([][]float64, p)
	for range e.Bags {
		var terms []int
		var fit *Fit
		var err error
		for range 10 {
			terms = rng.Perm(p)[e.Leave:]
			slices.Sort(terms)
			part, z := mat.NewDense(rows, len(terms), nil), make([]float64, rows)
			for i := range rows {
				from := rng.IntN(n)
				for k, j := range terms {
					part.Set(i, k, theta.At(from, j))
				}
				z[i] = y[from]
			}
			if fit, err = e.STLSQ.Solve(part, z); err == nil {
				break
			}
		}
		if err != nil {
			return nil, err
		}
		alpha := make([]float64, p)
		for k, j := range terms {
			offered[j]++
			if alpha[j] = fit.Alpha[k]; alpha[j] != 0 {
				kept[j] = append(kept[j], alpha[j])
			}
		}
		out.Alpha = append(out.Alpha, alpha)
	}
	for j, v := range kept {
		if len(v) > 0 {
			slices.Sort(v)
			out.Probability[j] = float64(len(v)) / offered[j]
			out.Median[j] = (v[(len(v)-1)/2] + v[len(v)/2]) / 2
		}
	}
	return out, nil
}
