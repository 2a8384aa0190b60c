package landscape

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Random returns two orthonormal directions in n ≥ 2 dimensions: two Gaussian vectors, orthogonalised.
func Random(rng *rand.Rand, n int) (u, v []float64) {
	if n < 2 {
		panic(fmt.Sprintf("landscape: Random: two directions in %d dimensions", n))
	}
	u, v = make([]float64, n), make([]float64, n)
	for i := range u {
		u[i], v[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	return Orthonormal(u, v)
}

// Orthonormal returns u/‖u‖ and the unit vector of v's part orthogonal to u. It panics if they are dependent.
func Orthonormal(u, v []float64) (e, f []float64) {
	e, f = append([]float64(nil), u...), append([]float64(nil), v...)
	nu, nv := floats.Norm(e, 2), floats.Norm(f, 2)
	if !(nu > 0) {
		panic("landscape: Orthonormal: the first direction is zero")
	}
	floats.Scale(1/nu, e)
	// Twice is enough (Kahan, Parlett): once may leave a part along e where u and v are nearly parallel.
	for range 2 {
		floats.AddScaled(f, -floats.Dot(e, f), e)
	}
	nf := floats.Norm(f, 2)
	if !(nf > 1e-12*nv) {
		panic("landscape: Orthonormal: the directions are linearly dependent")
	}
	floats.Scale(1/nf, f)
	return e, f
}

// Filter is a range [Lo, Hi) of the parameter vector that belongs together: the incoming weights of one unit.
type Filter struct{ Lo, Hi int }

// FilterNormalise returns the direction d with each filter rescaled to the norm of the same filter of x,
//
//	d_F ← d_F ‖x_F‖ / ‖d_F‖   (Li et al. 2018, §4),
//
// so that a step of 1 changes every unit by its own size. A ReLU net computes the same function when a unit's incoming
// weights are multiplied by c and its outgoing ones divided by c, and plain random directions would show such twins with
// different sharpness. Parameters in no filter (biases, by the paper's choice) get 0. Filters must not overlap.
func FilterNormalise(d, x []float64, filters []Filter) []float64 {
	if len(d) != len(x) {
		panic(fmt.Sprintf("landscape: FilterNormalise: direction of %d entries, parameters %d", len(d), len(x)))
	}
	out := make([]float64, len(d))
	taken := make([]bool, len(d))
	for _, f := range filters {
		if f.Lo < 0 || f.Hi > len(x) || f.Lo >= f.Hi {
			panic(fmt.Sprintf("landscape: FilterNormalise: filter [%d, %d) of %d parameters", f.Lo, f.Hi, len(x)))
		}
		nd := floats.Norm(d[f.Lo:f.Hi], 2)
		for i := f.Lo; i < f.Hi; i++ {
			if taken[i] {
				panic(fmt.Sprintf("landscape: FilterNormalise: parameter %d is in two filters", i))
			}
			taken[i] = true
			if nd > 0 {
				out[i] = d[i] * floats.Norm(x[f.Lo:f.Hi], 2) / nd
			}
		}
	}
	return out
}

// PCA returns the two orthonormal directions in which the points of a trajectory spread most about its last point
// (Li et al. 2018, §7: the points minus the last one are not centred), and the shares of the squared spread that they
// explain. At least three points are needed that are not on one line.
//
// The n×n covariance is never formed: with the k differences as the rows of M, the k×k matrix MMᵀ gives the same.
func PCA(points [][]float64) (u, v []float64, share [2]float64) {
	k := len(points) - 1
	if k < 2 {
		panic(fmt.Sprintf("landscape: PCA: %d points, need at least 3", len(points)))
	}
	n := len(points[0])
	m := mat.NewDense(k, n, nil)
	for i := range k {
		floats.SubTo(m.RawRowView(i), points[i], points[k])
	}
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDThin) {
		panic("landscape: PCA: the singular value decomposition did not converge")
	}
	s := svd.Values(nil)
	if len(s) < 2 || !(s[1] > 1e-12*s[0]) {
		panic("landscape: PCA: the points lie on one line")
	}
	total := floats.Dot(s, s)
	var vv mat.Dense
	svd.VTo(&vv)
	u, v = mat.Col(nil, 0, &vv), mat.Col(nil, 1, &vv)
	// A sign of its own for each: the entry of largest size is positive.
	for _, w := range [][]float64{u, v} {
		big := 0
		for i := range w {
			if math.Abs(w[i]) > math.Abs(w[big]) {
				big = i
			}
		}
		if w[big] < 0 {
			floats.Scale(-1, w)
		}
	}
	return u, v, [2]float64{s[0] * s[0] / total, s[1] * s[1] / total}
}

// Through returns the plane through three points: its centre is p, u = (q − p)/‖q − p‖, and v is the unit vector
// orthogonal to u towards r. p, q and r then lie at (0, 0), q at (‖q − p‖, 0).
func Through(p, q, r []float64) (centre, u, v []float64) {
	d, e := make([]float64, len(p)), make([]float64, len(p))
	floats.SubTo(d, q, p)
	floats.SubTo(e, r, p)
	u, v = Orthonormal(d, e)
	return p, u, v
}
