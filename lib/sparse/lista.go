package sparse

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// LISTA is ISTA cut off after so many steps and unrolled into a network whose matrices are free (Gregor & LeCun 2010, Algorithm 3):
//
//	z₀ = h_θ(W_e x),    z_t = h_θ(W_e x + S z_{t−1}),   t = 1, …, T.
//
// T = 0 is the encoder of one layer. Tied, all t share W_e, S and θ. Untied, each t has its own, which is more than the paper has. With the
// matrices of ISTA, z_T is what ISTA gives after T + 1 steps from zero; package lista trains them to come nearer to z*.
//
// θ has an entry for each atom; h_θ takes its magnitude, so that training cannot make a threshold negative. Matrices act on rows: a row of x, [n],
// gives W_e x as x·We with We [n, m], and S z as z·S.
type LISTA struct {
	Steps int          // T
	We    []*mat.Dense // [n, m] each: one if tied, else T + 1
	S     []*mat.Dense // [m, m] each: one if tied (none if T = 0), else T, that of t at t − 1
	Theta [][]float64  // [m] each: one if tied, else T + 1
}

// FromISTA is the network with ISTA's matrices, W_e = Wᵀ/L, S = I − WᵀW/L, θ = α/L. L = 0 means λ_max(WᵀW). It errs if W is not finite or zero.
func FromISTA(p Problem, l float64, steps int, untied bool) (*LISTA, error) {
	if steps < 0 || !(l >= 0) || !(p.Alpha >= 0) {
		panic(fmt.Sprintf("sparse: FromISTA: want L, α ≥ 0 and steps ≥ 0, have %v, %v, %d", l, p.Alpha, steps))
	}
	if l == 0 {
		var err error
		if l, err = p.Lipschitz(); err != nil {
			return nil, err
		}
		if l == 0 {
			return nil, fmt.Errorf("sparse: FromISTA: W is zero")
		}
	}
	_, m := p.W.Dims()
	var s mat.Dense
	s.Mul(p.W.T(), p.W)
	s.Scale(-1/l, &s)
	theta := make([]float64, m)
	for j := range m {
		s.Set(j, j, 1+s.At(j, j))
		theta[j] = p.Alpha / l
	}
	n := &LISTA{Steps: steps}
	layers, inner := 1, min(steps, 1)
	if untied {
		layers, inner = steps+1, steps
	}
	for range layers {
		var we mat.Dense
		we.Scale(1/l, p.W)
		n.We = append(n.We, &we)
		n.Theta = append(n.Theta, append([]float64(nil), theta...))
	}
	for range inner {
		n.S = append(n.S, mat.DenseCopyOf(&s))
	}
	return n, nil
}

// Codes gives z_T of the rows of x, [P, n], as [P, m]. It panics if shapes do not match.
func (l *LISTA) Codes(x *mat.Dense) *mat.Dense {
	var drive, z mat.Dense
	for t := 0; t <= l.Steps; t++ {
		if t < len(l.We) {
			drive.Reset()
			drive.Mul(x, l.We[t]) // W_e x
		}
		v := mat.DenseCopyOf(&drive)
		if t > 0 {
			var sz mat.Dense
			sz.Mul(&z, l.S[min(t, len(l.S))-1])
			v.Add(v, &sz) // W_e x + S z
		}
		theta := l.Theta[min(t, len(l.Theta)-1)]
		rows, _ := v.Dims()
		for i := range rows {
			row := v.RawRowView(i)
			for j, a := range row {
				limit := max(theta[j], -theta[j])
				row[j] = max(a-limit, 0) - max(-a-limit, 0)
			}
		}
		z.CloneFrom(v)
	}
	return &z
}

// Miss is the mean of ‖z_T − z*‖² over the rows of x, [P, n], with codes z*, [P, m].
func (l *LISTA) Miss(x, z *mat.Dense) float64 {
	d := l.Codes(x)
	d.Sub(d, z)
	rows, _ := d.Dims()
	f := mat.Norm(d, 2)
	return f * f / float64(rows)
}
