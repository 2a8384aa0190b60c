package optim

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// LeastSquares is L(x) = (1/N) Σᵢ ½(aᵢᵀx − bᵢ)², whose rows aᵢ are those of A [N, d]. Its gradient is
// (1/N) Σᵢ (aᵢᵀx − bᵢ)aᵢ and its Hessian AᵀA/N, the same everywhere: the convex case in which all is known.
// A batch of m costs 4md operations and allocates nothing.
func LeastSquares(a *mat.Dense, b []float64) Problem {
	n, d := a.Dims()
	if len(b) != n {
		panic(fmt.Sprintf("optim: LeastSquares: b has %d entries for the %d rows of A", len(b), n))
	}
	residual := func(i int, x []float64) (row []float64, r float64) {
		row = a.RawRowView(i)
		r = -b[i]
		for j, v := range row {
			r += v * x[j]
		}
		return row, r
	}
	return Problem{
		N: n,
		Loss: func(x []float64, batch []int) float64 {
			checkLen("LeastSquares", "x", x, d)
			sum := 0.0
			m := each(n, batch, func(i int) { _, r := residual(i, x); sum += r * r / 2 })
			return sum / m
		},
		Grad: func(dst, x []float64, batch []int) {
			checkLen("LeastSquares", "x", x, d)
			checkLen("LeastSquares", "dst", dst, d)
			clear(dst)
			m := each(n, batch, func(i int) {
				row, r := residual(i, x)
				for j, v := range row {
					dst[j] += r * v
				}
			})
			for j := range dst {
				dst[j] /= m
			}
		},
	}
}

// Quadratic is L(x) = ½(x − x*)ᵀH(x − x*) without samples (N = 1): H symmetric [d, d], x* the stationary point.
func Quadratic(h *mat.SymDense, minimum []float64) Problem {
	d := h.SymmetricDim()
	checkLen("Quadratic", "minimum", minimum, d)
	e := make([]float64, d)  // x − x*
	he := make([]float64, d) // H(x − x*)
	eval := func(x []float64) {
		checkLen("Quadratic", "x", x, d)
		for i := range e {
			e[i] = x[i] - minimum[i]
		}
		mat.NewVecDense(d, he).MulVec(h, mat.NewVecDense(d, e))
	}
	return Problem{
		N: 1,
		Loss: func(x []float64, _ []int) float64 {
			eval(x)
			sum := 0.0
			for i := range e {
				sum += e[i] * he[i] / 2
			}
			return sum
		},
		Grad: func(dst, x []float64, _ []int) { eval(x); copy(dst, he) },
	}
}

// each calls f for the samples of the batch (nil: all n) and returns their number.
func each(n int, batch []int, f func(i int)) float64 {
	if batch == nil {
		for i := range n {
			f(i)
		}
		return float64(n)
	}
	for _, i := range batch {
		f(i)
	}
	return float64(len(batch))
}

func checkLen(op, what string, x []float64, d int) {
	if len(x) != d {
		panic(fmt.Sprintf("optim: %s: %s has %d entries, want %d", op, what, len(x), d))
	}
}

// StepLimit is 2/λ_max, below which (and above 0) GD converges on a quadratic with the positive semidefinite Hessian h,
// and +Inf where λ_max ≤ 0.
func StepLimit(h mat.Symmetric) float64 {
	_, hi := spectrum(h)
	if hi <= 0 {
		return math.Inf(1)
	}
	return 2 / hi
}

// BestRate is η = 2/(λ_min + λ_max), with which GD's worst factor a step, max |1 − ηλ|, is least: (κ − 1)/(κ + 1) with
// κ = λ_max/λ_min (Boyd and Vandenberghe, Convex Optimization, §9.3). h must be positive definite.
func BestRate(h mat.Symmetric) float64 {
	lo, hi := spectrum(h)
	if lo <= 0 {
		panic(fmt.Sprintf("optim: BestRate: the Hessian's least eigenvalue is %v: it is not positive definite", lo))
	}
	return 2 / (lo + hi)
}

// spectrum returns the least and the largest eigenvalue.
func spectrum(h mat.Symmetric) (lo, hi float64) {
	var e mat.EigenSym
	if !e.Factorize(h, false) {
		panic("optim: the eigenvalues of the Hessian did not converge")
	}
	v := e.Values(nil)
	return v[0], v[len(v)-1]
}
