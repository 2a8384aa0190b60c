// Mistake: overflow: the logarithm of a probability that may be 0
package neurallanguagemodel

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Model holds the parameters, or the gradient with respect to them.
type Model struct {
	C [][]float64
	H [][]float64
	D []float64
	U [][]float64
	B []float64
}

// Logits is U tanh(Hx + D) + B.
func (m Model) Logits(context []int) ([]float64, error) {
	n, err := m.check(context)
	if err != nil {
		return nil, err
	}
	if len(context) != n {
		return nil, fmt.Errorf("a context of %d tokens, want %d", len(context), n)
	}
	_, a := m.hidden(context)
	return m.out(a), nil
}

// hidden gives x and a = tanh(Hx + D).
func (m Model) hidden(context []int) (x, a []float64) {
	for _, w := range context {
		x = append(x, m.C[w]...)
	}
	a = make([]float64, len(m.H))
	for i, row := range m.H {
		q := m.D[i]
		for j, h := range row {
			q += h * x[j]
		}
		a[i] = math.Tanh(q)
	}
	return x, a
}

// out is Ua + B.
func (m Model) out(a []float64) []float64 {
	z := make([]float64, len(m.U))
	for i, row := range m.U {
		z[i] = m.B[i]
		for j, u := range row {
			z[i] += u * a[j]
		}
	}
	return z
}

// logSum is log Σ e^z.
func logSum(z []float64) float64 {
	top := slices.Max(z)
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

// Loss averages log Σ e^z − z_y.
func (m Model) Loss(ids []int) (nats, perplexity float64, err error) {
	n, err := m.check(ids)
	if err != nil {
		return 0, 0, err
	}
	if len(ids) <= n {
		return 0, 0, fmt.Errorf("%d tokens, none of which has %d before it", len(ids), n)
	}
	sum, count := 0.0, float64(len(ids)-n)
	for t := n; t < len(ids); t++ {
		_, a := m.hidden(ids[t-n : t])
		z := m.out(a)
		sum -= math.Log(math.Exp(z[ids[t]] - logSum(z)))
	}
	return sum / count, math.Exp(sum / count), nil
}

// Gradient goes back through the model at each place.
func (m Model) Gradient(ids []int) (Model, error) {
	n, err := m.check(ids)
	if err != nil {
		return Model{}, err
	}
	if len(ids) <= n {
		return Model{}, fmt.Errorf("%d tokens, none of which has %d before it", len(ids), n)
	}
	g := Model{C: zeros(m.C), H: zeros(m.H), D: make([]float64, len(m.D)), U: zeros(m.U), B: make([]float64, len(m.B))}
	width, count := len(m.C[0]), float64(len(ids)-n)
	for t := n; t < len(ids); t++ {
		context := ids[t-n : t]
		x, a := m.hidden(context)
		z := m.out(a)
		all := logSum(z)
		da := make([]float64, len(a))
		for i := range z {
			dz := math.Exp(z[i] - all)
			if i == ids[t] {
				dz--
			}
			dz /= count
			g.B[i] += dz
			for j := range a {
				g.U[i][j] += dz * a[j]
				da[j] += dz * m.U[i][j]
			}
		}
		for i := range a {
			dq := da[i] * (1 - a[i]*a[i])
			g.D[i] += dq
			for j := range x {
				g.H[i][j] += dq * x[j]
				g.C[context[j/width]][j%width] += dq * m.H[i][j]
			}
		}
	}
	return g, nil
}

// Sample draws by the running sum of p.
func Sample(z []float64, temperature float64, topK int, u float64) (token int, p []float64, err error) {
	if len(z) == 0 {
		return 0, nil, errors.New("no logits")
	}
	if err := finite("z", z); err != nil {
		return 0, nil, err
	}
	if !(temperature >= 0) || math.IsInf(temperature, 1) || topK < 0 || !(u >= 0 && u < 1) {
		return 0, nil, fmt.Errorf("temperature %g, top %d, u = %g", temperature, topK, u)
	}
	order := make([]int, len(z))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(z[b], z[a]) })
	if topK == 0 || topK > len(z) {
		topK = len(z)
	}
	p = make([]float64, len(z))
	if temperature == 0 {
		p[order[0]] = 1
		return order[0], p, nil
	}
	sum := 0.0
	for _, i := range order[:topK] {
		p[i] = math.Exp((z[i] - z[order[0]]) / temperature)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	reached := 0.0
	for i, w := range p {
		if w > 0 {
			token = i
		}
		if reached += w; reached > u {
			break
		}
	}
	return token, p, nil
}

// check looks at the parameters and the tokens, and gives n.
func (m Model) check(ids []int) (n int, err error) {
	for i, t := range [][][]float64{m.C, m.H, m.U} {
		if err := table([]string{"C", "H", "U"}[i], t); err != nil {
			return 0, err
		}
	}
	if err := errors.Join(finite("D", m.D), finite("B", m.B)); err != nil {
		return 0, err
	}
	width, v, h := len(m.C[0]), len(m.C), len(m.H)
	if len(m.H[0])%width != 0 || len(m.D) != h || len(m.U[0]) != h || len(m.U) != v || len(m.B) != v {
		return 0, fmt.Errorf("C is %d×%d, H %d×%d, D %d, U %d×%d, B %d", v, width, h, len(m.H[0]), len(m.D), len(m.U), len(m.U[0]), len(m.B))
	}
	for t, w := range ids {
		if w < 0 || w >= v {
			return 0, fmt.Errorf("token %d is %d, of %d", t, w, v)
		}
	}
	return len(m.H[0]) / width, nil
}

func table(name string, rows [][]float64) error {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return errors.New(name + " is empty")
	}
	for i, r := range rows {
		if len(r) != len(rows[0]) {
			return fmt.Errorf("%s: row %d has %d entries, row 0 has %d", name, i, len(r), len(rows[0]))
		}
		if err := finite(name, r); err != nil {
			return err
		}
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s: entry %d is %g", name, i, x)
		}
	}
	return nil
}

func zeros(m [][]float64) [][]float64 {
	out := make([][]float64, len(m))
	for i, r := range m {
		out[i] = make([]float64, len(r))
	}
	return out
}
