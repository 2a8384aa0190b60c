// ### BEGIN HIDDEN TESTS

package relunetwork

import (
	"math"
	"math/rand/v2"
	"sort"
)

// units is a hidden layer on the line, and its name for the report.
type units struct {
	name    string
	w, b, v []float64
}

// value is f(x) with c = 0; off turns the ReLU off.
func (u units) value(x float64, off bool) float64 {
	f := 0.0
	for j := range u.w {
		z := u.w[j]*x + u.b[j]
		if z > 0 || off {
			f += u.v[j] * z
		}
	}
	return f
}

type bend struct{ x, jump float64 }

// bends lists each unit's kink as it is, in the order of the units.
func (u units) bends() (out []bend) {
	for j := range u.w {
		if u.w[j] != 0 {
			out = append(out, bend{0 - u.b[j]/u.w[j], math.Abs(u.w[j]) * u.v[j]})
		}
	}
	return out
}

func sorted(b []bend) []bend {
	s := append([]bend(nil), b...)
	sort.SliceStable(s, func(i, j int) bool { return s[i].x < s[j].x })
	return s
}

// merge adds up the bends in one place; drop leaves out those without a change.
func (u units) merge(all []bend, drop bool) (out []bend) {
	scale := 0.0
	for j := range u.w {
		scale = math.Max(scale, math.Abs(u.w[j]*u.v[j]))
	}
	for _, b := range sorted(all) {
		if n := len(out); n > 0 && b.x-out[n-1].x <= 1e-9*math.Max(1, math.Abs(b.x)) {
			out[n-1].jump += b.jump
		} else {
			out = append(out, b)
		}
	}
	if !drop {
		return out
	}
	kept := []bend{}
	for _, b := range out {
		if math.Abs(b.jump) > 1e-9*scale {
			kept = append(kept, b)
		}
	}
	return kept
}

func (u units) right() []bend { return u.merge(u.bends(), true) }

func places(b []bend) []float64 {
	x := []float64{}
	for _, k := range b {
		x = append(x, k.x)
	}
	return x
}

// slopes adds the jumps of b to the slope at the far left.
func slopes(first float64, b []bend) []float64 {
	s := []float64{first}
	for _, k := range b {
		s = append(s, s[len(s)-1]+k.jump)
	}
	return s
}

// first is the slope at the far left.
func (u units) first() float64 {
	s := 0.0
	for j := range u.w {
		if u.w[j] < 0 {
			s += u.w[j] * u.v[j]
		}
	}
	return s
}

// random returns m units whose kinks are at least 0.01 apart and whose jumps are at least 0.1, in chance order.
func random(r *rand.Rand, name string, m int) units {
	u := units{name: name}
	x := -3.0
	for range m {
		x += 0.01 + 6*r.Float64()/float64(m)
		w := (0.3 + 2*r.Float64()) * sign(r)
		u.w, u.b, u.v = append(u.w, w), append(u.b, -w*x), append(u.v, (0.4+2*r.Float64())*sign(r))
	}
	r.Shuffle(m, func(i, j int) {
		for _, a := range [][]float64{u.w, u.b, u.v} {
			a[i], a[j] = a[j], a[i]
		}
	})
	return u
}

func sign(r *rand.Rand) float64 { return float64(2*r.IntN(2) - 1) }

// with returns u with more units.
func (u units) with(name string, more ...[3]float64) units {
	out := units{name, append([]float64(nil), u.w...), append([]float64(nil), u.b...), append([]float64(nil), u.v...)}
	for _, m := range more {
		out.w, out.b, out.v = append(out.w, m[0]), append(out.b, m[1]), append(out.v, m[2])
	}
	return out
}

// chain is the function of the interpolant: affine between the points, constant outside.
func chain(x, y []float64, at float64) float64 {
	n := len(x)
	i := sort.SearchFloat64s(x, at)
	switch {
	case i == 0:
		return y[0]
	case i == n:
		return y[n-1]
	}
	return y[i-1] + (at-x[i-1])/(x[i]-x[i-1])*(y[i]-y[i-1])
}

// ### END HIDDEN TESTS
