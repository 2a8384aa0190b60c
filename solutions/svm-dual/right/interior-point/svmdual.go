// The dual by a primal-dual interior-point method: no working sets at all.

package svmdual

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

var errInput = errors.New("the input does not fit, or is not finite, or a class is missing")

// signed returns the matrix of rows yᵢxᵢ.
func signed(x [][]float64, y []float64) (*mat.Dense, error) {
	n := len(x)
	if n == 0 || len(y) != n || len(x[0]) == 0 {
		return nil, errInput
	}
	m := mat.NewDense(n, len(x[0]), nil)
	for i, p := range x {
		if len(p) != len(x[0]) || (y[i] != 1 && y[i] != -1) {
			return nil, errInput
		}
		for j, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, errInput
			}
			m.Set(i, j, v*y[i])
		}
	}
	return m, nil
}

// weights returns w, and yᵢwᵀxᵢ for all i.
func weights(alpha []float64, x [][]float64, y []float64) (w, yf []float64, err error) {
	z, err := signed(x, y)
	if err != nil {
		return nil, nil, err
	}
	if len(alpha) != len(x) {
		return nil, nil, errInput
	}
	for _, a := range alpha {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return nil, nil, errInput
		}
	}
	a := mat.NewVecDense(len(alpha), append([]float64(nil), alpha...))
	var wv, fv mat.VecDense
	wv.MulVec(z.T(), a)
	fv.MulVec(z, &wv)
	return wv.RawVector().Data, fv.RawVector().Data, nil
}

func Objective(alpha []float64, x [][]float64, y []float64) (float64, error) {
	_, yf, err := weights(alpha, x, y)
	if err != nil {
		return 0, err
	}
	d := 0.0
	for i, a := range alpha {
		d += a * (1 - yf[i]/2)
	}
	return d, nil
}

func Recover(alpha []float64, x [][]float64, y []float64, c float64) ([]float64, float64, error) {
	w, yf, err := weights(alpha, x, y)
	if err != nil {
		return nil, 0, err
	}
	if !(c > 0) {
		return nil, 0, errInput
	}
	most := 0.0
	for _, a := range alpha {
		most = math.Max(most, a)
	}
	b, k := 0.0, 0
	for i, a := range alpha {
		if a > 1e-8*most && a < c-1e-8*most {
			k++
			b += (y[i]*(1-yf[i]) - b) / float64(k)
		}
	}
	if k == 0 {
		return nil, 0, errors.New("no free point")
	}
	return w, b, nil
}

func Violation(alpha []float64, x [][]float64, y []float64, c float64) (float64, error) {
	_, yf, err := weights(alpha, x, y)
	if err != nil {
		return 0, err
	}
	if !(c > 0) {
		return 0, errInput
	}
	var rise, fall []float64
	for i, a := range alpha {
		if a < 0 || a > c {
			return 0, errors.New("outside the box")
		}
		e := y[i] * (1 - yf[i])
		if (y[i] > 0 && a < c) || (y[i] < 0 && a > 0) {
			rise = append(rise, e)
		}
		if (y[i] > 0 && a > 0) || (y[i] < 0 && a < c) {
			fall = append(fall, e)
		}
	}
	if len(rise) == 0 || len(fall) == 0 {
		return 0, errors.New("nothing can move")
	}
	m := math.Inf(-1)
	for _, up := range rise {
		for _, down := range fall {
			m = math.Max(m, up-down)
		}
	}
	return m, nil
}

// Solve follows the central path of
//
//	Qα − 1 + βy − z + s = 0,  yᵀα = 0,  αᵢzᵢ = μ,  (c − αᵢ)sᵢ = μ,  Q = ZZᵀ, rows of Z: yᵢxᵢ
//
// down to μ = 0. The unit of length is the size of the data.
func Solve(x [][]float64, y []float64, c float64) ([]float64, error) {
	points, err := signed(x, y)
	if err != nil {
		return nil, err
	}
	n, plus := len(x), 0.0
	for _, v := range y {
		if v > 0 {
			plus++
		}
	}
	minus := float64(n) - plus
	if !(c > 0) || plus == 0 || minus == 0 {
		return nil, errInput
	}
	// Σαy = 0, so that the origin may be moved to the mean of the points.
	for j := range x[0] {
		mean := 0.0
		for i := range x {
			mean += x[i][j] / float64(n)
		}
		for i := range x {
			points.Set(i, j, y[i]*(x[i][j]-mean))
		}
	}
	unit := math.Max(mat.Max(points), -mat.Min(points))
	if unit == 0 {
		unit = 1
	}
	points.Scale(1/unit, points)
	c *= unit * unit
	var q mat.Dense
	q.Mul(points, points.T())

	soft := !math.IsInf(c, 1)
	alpha, z, s := make([]float64, n), make([]float64, n), make([]float64, n)
	start := math.Min(1, c/2) * math.Min(plus, minus)
	for i := range alpha {
		alpha[i], z[i] = start/minus, 1
		if y[i] > 0 {
			alpha[i] = start / plus
		}
		if soft {
			s[i] = 1
		}
	}
	beta := 0.0
	k, r := mat.NewDense(n+1, n+1, nil), mat.NewVecDense(n+1, nil)
	for range 200 {
		complementarity, dual, bounds := 0.0, 0.0, float64(n)
		for i, a := range alpha {
			complementarity += a * z[i]
			if soft {
				complementarity += (c - a) * s[i]
			}
			dual += a
		}
		if soft {
			bounds *= 2
		}
		if complementarity <= 1e-11*dual {
			break
		}
		mu := 0.1 * complementarity / bounds
		k.Zero()
		sum := 0.0
		for i, a := range alpha {
			g := -1 + beta*y[i]
			for j := range alpha {
				k.Set(i, j, q.At(i, j))
				g += q.At(i, j) * alpha[j]
			}
			diagonal, rhs := z[i]/a, -g+mu/a
			if soft {
				diagonal += s[i] / (c - a)
				rhs -= mu / (c - a)
			}
			k.Set(i, i, q.At(i, i)+diagonal)
			k.Set(i, n, y[i])
			k.Set(n, i, y[i])
			r.SetVec(i, rhs)
			sum += a * y[i]
		}
		r.SetVec(n, -sum)
		var d mat.VecDense
		if err := d.SolveVec(k, r); err != nil && !errors.As(err, new(mat.Condition)) {
			return nil, err
		}
		t := 1.0
		dz, ds := make([]float64, n), make([]float64, n)
		limit := func(v, dv float64) {
			if dv < 0 {
				t = math.Min(t, -0.99*v/dv)
			}
		}
		for i, a := range alpha {
			da := d.AtVec(i)
			dz[i] = mu/a - z[i] - z[i]/a*da
			limit(a, da)
			limit(z[i], dz[i])
			if soft {
				ds[i] = mu/(c-a) - s[i] + s[i]/(c-a)*da
				limit(c-a, -da)
				limit(s[i], ds[i])
			}
		}
		for i := range alpha {
			alpha[i] += t * d.AtVec(i)
			z[i] += t * dz[i]
			s[i] += t * ds[i]
		}
		beta += t * d.AtVec(n)
	}
	for i := range alpha {
		alpha[i] /= unit * unit
	}
	return alpha, nil
}
