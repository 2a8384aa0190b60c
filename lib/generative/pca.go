package generative

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// PCA is principal component analysis: the k directions of largest variance. Of all linear maps to k numbers and back, this one loses least:
// (1/m) Σᵢ ‖xᵢ − x̂ᵢ‖² = Σ_{j>k} λⱼ (Eckart & Young 1936).
type PCA struct {
	Mean       []float64  // [d]
	Directions *mat.Dense // [d, k], orthonormal columns, by decreasing variance; the sign of each is arbitrary
	Variance   []float64  // all d eigenvalues λ of the covariance matrix with 1/m, decreasing
}

// NewPCA finds the k ≤ d first principal directions of the rows of x [m, d]. O(md² + d³). It errs on numbers that are not finite.
func NewPCA(x *mat.Dense, k int) (*PCA, error) {
	m, d := x.Dims()
	if k < 1 || k > d {
		panic(fmt.Sprintf("generative: %d principal directions in %d dimensions", k, d))
	}
	p := &PCA{Mean: columnSums(x)}
	for j := range p.Mean {
		p.Mean[j] /= float64(m)
		if math.IsNaN(p.Mean[j]) || math.IsInf(p.Mean[j], 0) {
			return nil, fmt.Errorf("generative: PCA: column %d holds NaN, infinity, or numbers whose sum is infinite", j)
		}
	}
	c := p.centred(x)
	cov := mat.NewSymDense(d, nil)
	cov.SymOuterK(1/float64(m), c.T())
	var e mat.EigenSym
	if !e.Factorize(cov, true) {
		return nil, errors.New("generative: PCA: the eigenvalues of the covariance matrix did not converge")
	}
	up := e.Values(nil)
	var v mat.Dense
	e.VectorsTo(&v)
	p.Directions = mat.NewDense(d, k, nil)
	for j := range d {
		p.Variance = append(p.Variance, max(up[d-1-j], 0))
		if j < k {
			p.Directions.SetCol(j, mat.Col(nil, d-1-j, &v))
		}
	}
	return p, nil
}

func (p *PCA) centred(x mat.Matrix) *mat.Dense {
	c := mat.DenseCopyOf(x)
	c.Apply(func(_, j int, v float64) float64 { return v - p.Mean[j] }, c)
	return c
}

// Encode returns the coordinates (x − mean)V, [m, k].
func (p *PCA) Encode(x mat.Matrix) *mat.Dense {
	z := new(mat.Dense)
	z.Mul(p.centred(x), p.Directions)
	return z
}

// Decode returns zVᵀ + mean, [m, d].
func (p *PCA) Decode(z mat.Matrix) *mat.Dense {
	x := new(mat.Dense)
	x.Mul(z, p.Directions.T())
	x.Apply(func(_, j int, v float64) float64 { return v + p.Mean[j] }, x)
	return x
}

// Residual is Σ_{j>k} λⱼ, the mean squared distance of the data to their reconstructions.
func (p *PCA) Residual() float64 {
	_, k := p.Directions.Dims()
	sum := 0.0
	for _, v := range p.Variance[k:] {
		sum += v
	}
	return sum
}

// SubspaceAngle is the largest principal angle, in radians, between the column spaces of a and b, [d, k] of full rank each: 0 if they are equal,
// π/2 if a direction of one is orthogonal to the whole other. With orthonormal bases Q it is arcsin ‖(I − Q_aQ_aᵀ)Q_b‖₂, which keeps small angles.
func SubspaceAngle(a, b mat.Matrix) float64 {
	basis := func(x mat.Matrix) *mat.Dense {
		var s mat.SVD
		if !s.Factorize(x, mat.SVDThin) {
			panic("generative: SubspaceAngle: the singular values did not converge")
		}
		var u mat.Dense
		s.UTo(&u)
		return &u
	}
	qa, qb := basis(a), basis(b)
	d, k := qa.Dims()
	if e, l := qb.Dims(); d != e || k != l {
		panic(fmt.Sprintf("generative: SubspaceAngle of %d directions in %d dimensions and %d in %d", k, d, l, e))
	}
	var in, part, rest mat.Dense
	in.Mul(qa.T(), qb)
	part.Mul(qa, &in)
	rest.Sub(qb, &part)
	var s mat.SVD
	if !s.Factorize(&rest, mat.SVDNone) {
		panic("generative: SubspaceAngle: the singular values did not converge")
	}
	return math.Asin(min(s.Values(nil)[0], 1))
}
