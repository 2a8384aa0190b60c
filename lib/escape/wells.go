package escape

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/landscape"
)

// Landscape is a loss with its basins. Its functions keep nothing and may be called from several goroutines.
type Landscape struct {
	Dim    int
	Loss   func(x []float64) float64
	Grad   func(dst, x []float64) // stores ∇L(x) in dst
	Basin  func(x []float64) int  // which basin x lies in: an index into Minima
	Minima [][]float64            // the bottom of each basin
}

// Well is a bowl, q(x) = Floor + ½ Σⱼ Curvature[j] (xⱼ − Centre[j])².
type Well struct {
	Centre    []float64
	Curvature []float64 // each > 0, finite
	Floor     float64
}

func (w Well) at(x []float64) float64 {
	q := w.Floor
	for j, c := range w.Curvature {
		d := x[j] - w.Centre[j]
		q += c * d * d / 2
	}
	return q
}

// Wells joins bowls by a smooth minimum,
//
//	L(x) = −(1/β) log Σᵢ e^{−βqᵢ(x)},   ∇L = Σᵢ pᵢ∇qᵢ with pᵢ = e^{−βqᵢ}/Σ e^{−βq},
//
// which is the lowest bowl wherever one is lower than the others by a few 1/β, and rounds off the ridges between. The basin of x is
// the bowl that is lowest there; far out the flattest bowl is, so that no gradient is steeper there than its. Minima are those of L, which the
// other bowls move a little from the centres. It errs if a centre has no minimum of L near it: then that bowl is too shallow for this β.
// Lengths that differ, or numbers out of range, panic.
func Wells(beta float64, wells ...Well) (*Landscape, error) {
	if !positive(beta) || len(wells) == 0 {
		panic(fmt.Sprintf("escape: Wells: need 0 < β < ∞ and a well, have %v and %d", beta, len(wells)))
	}
	dim := len(wells[0].Centre)
	for i, w := range wells {
		if dim == 0 || len(w.Centre) != dim || len(w.Curvature) != dim {
			panic(fmt.Sprintf("escape: Wells: well %d has a centre of %d and curvatures of %d entries, want %d", i, len(w.Centre), len(w.Curvature), dim))
		}
		for j, c := range w.Curvature {
			if !positive(c) {
				panic(fmt.Sprintf("escape: Wells: well %d has the curvature %v in direction %d, need one in (0, ∞)", i, c, j))
			}
		}
	}
	lowest := func(x []float64) (i int, q float64) {
		q = wells[0].at(x)
		for k, w := range wells[1:] {
			if v := w.at(x); v < q {
				i, q = k+1, v
			}
		}
		return i, q
	}
	l := &Landscape{
		Dim: dim,
		Loss: func(x []float64) float64 {
			_, q := lowest(x)
			sum := 0.0 // Σ e^{−β(qᵢ − q)}, at least 1
			for _, w := range wells {
				sum += math.Exp(beta * (q - w.at(x)))
			}
			return q - math.Log(sum)/beta
		},
		Grad: func(dst, x []float64) {
			_, q := lowest(x)
			sum := 0.0
			clear(dst)
			for _, w := range wells {
				p := math.Exp(beta * (q - w.at(x)))
				if p == 0 {
					continue
				}
				sum += p
				for j, c := range w.Curvature {
					dst[j] += p * c * (x[j] - w.Centre[j])
				}
			}
			for j := range dst {
				dst[j] /= sum
			}
		},
		Basin: func(x []float64) int { i, _ := lowest(x); return i },
	}
	for i, w := range wells {
		x, err := l.stationary(w.Centre)
		if err != nil {
			return nil, fmt.Errorf("escape: Wells: from the centre of well %d: %w: make it deeper, or β larger", i, err)
		}
		if l.Basin(x) != i || landscape.Eigenvalues(landscape.Hessian(l.Grad, x))[0] <= 0 {
			return nil, fmt.Errorf("escape: Wells: well %d has no minimum of its own, only the point %.4g: make it deeper, or β larger", i, x)
		}
		l.Minima = append(l.Minima, x)
	}
	return l, nil
}

// Double is two wells in dim dimensions on the first axis: well 0 at −distance/2, sharp, well 1 at +distance/2, flat, of those curvatures in
// every direction, with floors 0 and flatFloor.
func Double(beta float64, dim int, distance, sharp, flat, flatFloor float64) (*Landscape, error) {
	well := func(at, curvature, floor float64) Well {
		w := Well{Centre: make([]float64, dim), Curvature: make([]float64, dim), Floor: floor}
		w.Centre[0] = at
		for j := range w.Curvature {
			w.Curvature[j] = curvature
		}
		return w
	}
	return Wells(beta, well(-distance/2, sharp, 0), well(distance/2, flat, flatFloor))
}

// Sharpness is λ_max of the Hessian at x.
func (l *Landscape) Sharpness(x []float64) float64 {
	v := landscape.Eigenvalues(landscape.Hessian(l.Grad, x))
	return v[len(v)-1]
}

// Saddle returns the pass between the basins i and j: the highest point of the segment between their minima, moved to the stationary point
// by Newton's method. It errs if that is not a point where exactly one direction is curved downwards.
func (l *Landscape) Saddle(i, j int) ([]float64, error) {
	a, b := l.Minima[i], l.Minima[j]
	at := func(s float64) []float64 {
		x := make([]float64, l.Dim)
		for k := range x {
			x[k] = (1-s)*a[k] + s*b[k]
		}
		return x
	}
	best, top := 0.0, math.Inf(-1)
	for k := 1; k < 2000; k++ {
		if v := l.Loss(at(float64(k) / 2000)); v > top {
			best, top = float64(k)/2000, v
		}
	}
	x, err := l.stationary(at(best))
	if err != nil {
		return nil, fmt.Errorf("escape: Saddle(%d, %d): %w", i, j, err)
	}
	v := landscape.Eigenvalues(landscape.Hessian(l.Grad, x))
	if v[0] >= 0 || len(v) > 1 && v[1] <= 0 {
		return nil, fmt.Errorf("escape: Saddle(%d, %d): the Hessian at %.4g has the eigenvalues %.4g: not a pass", i, j, x, v)
	}
	return x, nil
}

// stationary follows Newton's method on ∇L = 0 from near the point, x ← x − H⁻¹∇L.
func (l *Landscape) stationary(near []float64) ([]float64, error) {
	x, g := append([]float64(nil), near...), make([]float64, l.Dim)
	for range 50 {
		l.Grad(g, x)
		var step mat.VecDense
		if err := step.SolveVec(landscape.Hessian(l.Grad, x), mat.NewVecDense(l.Dim, g)); err != nil {
			return nil, fmt.Errorf("the Hessian at %.4g is singular: %w", x, err)
		}
		floats.Sub(x, step.RawVector().Data)
		if mat.Norm(&step, 2) <= 1e-12*(1+floats.Norm(x, 2)) {
			return x, nil
		}
	}
	return nil, fmt.Errorf("Newton's method did not come to rest, last at %.4g", x)
}
