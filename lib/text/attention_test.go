package text

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/gradcheck"
)

func dense(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

func normal(rng *rand.Rand, r, c int) *mat.Dense {
	m := mat.NewDense(r, c, nil)
	for i := range r {
		for j := range c {
			m.Set(i, j, rng.NormFloat64())
		}
	}
	return m
}

func TestAttentionAgainstJAX(t *testing.T) {
	var g struct {
		Q, K, V, G   [][]float64
		Full, Causal [][][]float64
	}
	read(t, "attention.json", &g)
	for _, causal := range []bool{false, true} {
		want := g.Full
		if causal {
			want = g.Causal
		}
		a := Attend(dense(g.Q), dense(g.K), dense(g.V), causal)
		dQ, dK, dV := a.Backward(dense(g.G))
		for i, m := range []*mat.Dense{a.O, dQ, dK, dV} {
			near(t, fmt.Sprintf("causal %t: %s", causal, []string{"O", "∂J/∂Q", "∂J/∂K", "∂J/∂V"}[i]), m, want[i], 1e-13)
		}
	}
}

// TestAttentionGradient compares with central differences, where queries and keys differ in number and values in width.
func TestAttentionGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	q, k, v, g := normal(rng, 3, 2), normal(rng, 4, 2), normal(rng, 4, 5), normal(rng, 3, 5)
	dQ, dK, dV := Attend(q, k, v, false).Backward(g)
	for i, x := range []*mat.Dense{q, k, v} {
		numeric := gradcheck.Numeric(func(at []float64) float64 {
			r, c := x.Dims()
			args := []*mat.Dense{q, k, v}
			args[i] = mat.NewDense(r, c, slices.Clone(at))
			var p mat.Dense
			p.MulElem(Attend(args[0], args[1], args[2], false).O, g)
			return mat.Sum(&p)
		}, slices.Clone(x.RawMatrix().Data))
		got := []*mat.Dense{dQ, dK, dV}[i].RawMatrix().Data
		for j := range got {
			if math.Abs(got[j]-numeric[j]) > 1e-7 {
				t.Fatalf("argument %d, entry %d: %v, by differences %v", i, j, got[j], numeric[j])
			}
		}
	}
}

// TestAttentionCausality: a later token changes nothing before it, bit by bit, and its own output.
func TestAttentionCausality(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for n := 2; n < 7; n++ {
		q, k, v := normal(rng, n, 3), normal(rng, n, 3), normal(rng, n, 2)
		before := Attend(q, k, v, true).O
		at := 1 + rng.IntN(n-1)
		q2, k2, v2 := mat.DenseCopyOf(q), mat.DenseCopyOf(k), mat.DenseCopyOf(v)
		for _, m := range []*mat.Dense{q2, k2, v2} {
			row := m.RawRowView(at)
			for j := range row {
				row[j] += 1 + rng.Float64()
			}
		}
		after := Attend(q2, k2, v2, true).O
		for i := range at {
			if !slices.Equal(before.RawRowView(i), after.RawRowView(i)) {
				t.Errorf("n = %d: output %d changed with token %d", n, i, at)
			}
		}
		if slices.Equal(before.RawRowView(at), after.RawRowView(at)) {
			t.Errorf("n = %d: output %d did not change with its token", n, at)
		}
	}
}

// TestAttentionClosedForms: equal keys give the mean of the values; a key far beyond the others gives its value; a common shift of all keys changes nothing;
// scores of 10⁵ overflow nothing.
func TestAttentionClosedForms(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	n, d := 5, 4
	q, v, same := normal(rng, n, d), normal(rng, n, 3), mat.NewDense(n, d, nil)
	shift := mat.Row(nil, 0, normal(rng, 1, d))
	for i := range n {
		same.SetRow(i, shift)
	}
	full, causal := Attend(q, same, v, false), Attend(q, same, v, true)
	for i := range n {
		for j := range 3 {
			all, seen := 0.0, 0.0
			for l := range n {
				all += v.At(l, j) / float64(n)
				if l <= i {
					seen += v.At(l, j) / float64(i+1)
				}
			}
			if math.Abs(full.O.At(i, j)-all) > 1e-14 || math.Abs(causal.O.At(i, j)-seen) > 1e-14 {
				t.Fatalf("equal keys: (%d, %d) is %v and causal %v, want %v and %v", i, j, full.O.At(i, j), causal.O.At(i, j), all, seen)
			}
		}
	}
	k := normal(rng, n, d)
	moved := mat.DenseCopyOf(k)
	moved.Add(moved, same)
	if a, b := Attend(q, k, v, true).A, Attend(q, moved, v, true).A; !mat.EqualApprox(a, b, 1e-13) {
		t.Error("a shift of all keys changed the weights")
	}
	k.SetRow(2, mat.Row(nil, 1, q))
	k.Scale(1e5, k)
	a := Attend(q, k, v, false)
	for i := range n {
		sum := 0.0
		for j := range n {
			sum += a.A.At(i, j)
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("the weights of row %d sum to %v", i, sum)
		}
	}
}

func ExampleAttend() {
	// Two places; the second one's key fits both queries ln 3 better, once divided by √1.
	q, k, v := mat.NewDense(2, 1, []float64{1, 1}), mat.NewDense(2, 1, []float64{0, math.Log(3)}), mat.NewDense(2, 1, []float64{0, 8})
	a := Attend(q, k, v, true)
	for i := range 2 {
		fmt.Printf("weights %.2f, output %.2f\n", a.A.RawRowView(i), a.O.RawRowView(i))
	}
	// Output:
	// weights [1.00 0.00], output [0.00]
	// weights [0.25 0.75], output [6.00]
}

func BenchmarkAttend(b *testing.B) {
	rng := rand.New(rand.NewPCG(8, 8))
	q, k, v := normal(rng, 64, 32), normal(rng, 64, 32), normal(rng, 64, 32)
	for b.Loop() {
		a := Attend(q, k, v, true)
		a.Backward(a.O)
	}
}
