package operators

import (
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// L0 minimises λ‖α‖₀ + ‖Θα − y‖² exactly, by fitting every subset of the terms: 2ᵖ small least squares.
//
// With Θ = QR, ‖Θα − y‖² = ‖Rα − Qᵀy‖² + what no α reaches: after one factorisation every subset is a problem of p rows, however many
// rows there are.
type L0 struct {
	Lambda float64 // λ ≥ 0: what a term must take off the squared residual to be worth it
}

// Best is what the search finds.
type Best struct {
	Fit
	Objective float64     // λ‖α‖₀ + ‖Θα − y‖²
	BySize    [][]float64 // BySize[s]: the α with the smallest residual among those with s terms, s = 0…p
	Squares   []float64   // ‖Θα − y‖² of each
}

// MostTerms is the largest dictionary that L0 searches: a million subsets.
const MostTerms = 20

// Solve searches all subsets. Among equal objectives the smaller subset is taken. It errs as STLSQ.Solve does, and for over MostTerms
// terms.
func (s L0) Solve(theta *mat.Dense, y []float64) (*Best, error) {
	if !(s.Lambda >= 0) || math.IsInf(s.Lambda, 1) {
		panic(fmt.Sprintf("operators: L0: λ = %v: want a finite number ≥ 0", s.Lambda))
	}
	sizes, err := columnNorms(theta, y)
	if err != nil {
		return nil, err
	}
	n, p := theta.Dims()
	if p > MostTerms || n < p {
		return nil, fmt.Errorf("operators: L0: %d terms, %d rows: want at most %d terms, and no fewer rows", p, n, MostTerms)
	}
	small, qy, rest := reduce(theta, y, sizes)
	ones := make([]float64, p) // the columns are scaled already
	for j := range ones {
		ones[j] = 1
	}
	b := &Best{BySize: make([][]float64, p+1), Squares: make([]float64, p+1)}
	for k := range b.Squares {
		b.Squares[k] = math.Inf(1)
	}
	b.BySize[0], b.Squares[0] = make([]float64, p), rest+floats.Dot(qy, qy)
	for subset := uint(1); subset < 1<<p; subset++ {
		var in []int
		for j := range p {
			if subset>>j&1 == 1 {
				in = append(in, j)
			}
		}
		alpha, err := on(small, qy, ones, in, 0)
		if err != nil {
			return nil, err
		}
		var r mat.VecDense
		r.MulVec(small, mat.NewVecDense(p, alpha))
		floats.Sub(r.RawVector().Data, qy)
		if square, k := rest+floats.Dot(r.RawVector().Data, r.RawVector().Data), bits.OnesCount(subset); square < b.Squares[k] {
			floats.Div(alpha, sizes)
			b.Squares[k], b.BySize[k] = square, alpha
		}
	}
	b.Alpha, b.Objective = b.At(s.Lambda)
	b.Residual = relative(theta, b.Alpha, y)
	return b, nil
}

// At returns the minimum for another λ: the subsets need no second search, as the best of each size is the same.
func (b *Best) At(lambda float64) (alpha []float64, objective float64) {
	objective = math.Inf(1)
	for k, square := range b.Squares {
		if v := lambda*float64(k) + square; v < objective {
			alpha, objective = b.BySize[k], v
		}
	}
	return alpha, objective
}

// reduce factorises Θ diag(1/size) = QR and returns R, [p, p], the first p entries of Qᵀy, and the square of the others.
func reduce(theta *mat.Dense, y, sizes []float64) (small *mat.Dense, qy []float64, rest float64) {
	n, p := theta.Dims()
	// The last column of the R of [Θ y] is Qᵀy, and below it what is left of y.
	both := mat.NewDense(max(n, p+1), p+1, nil)
	for i := range n {
		for j := range p {
			both.Set(i, j, theta.At(i, j)/sizes[j])
		}
		both.Set(i, p, y[i])
	}
	var qr mat.QR
	qr.Factorize(both)
	var r mat.Dense
	qr.RTo(&r)
	small = mat.DenseCopyOf(r.Slice(0, p, 0, p))
	return small, mat.Col(nil, p, r.Slice(0, p, 0, p+1)), r.At(p, p) * r.At(p, p)
}
