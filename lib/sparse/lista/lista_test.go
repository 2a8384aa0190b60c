package lista

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/backend"
	"nncourse/lib/gradcheck"
	"nncourse/lib/sparse"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 702)) }

// instance draws a dictionary of unit atoms, rows x = Wz + noise with three atoms each, and their codes.
func instance(t *testing.T, seed uint64, rows, n, m int) (p sparse.Problem, x, z *mat.Dense) {
	t.Helper()
	rng := source(seed)
	p = sparse.Problem{W: mat.NewDense(n, m, nil), Alpha: 0.2}
	for j := range m {
		c := make([]float64, n)
		for i := range c {
			c[i] = rng.NormFloat64()
		}
		floats.Scale(1/floats.Norm(c, 2), c)
		p.W.SetCol(j, c)
	}
	x = mat.NewDense(rows, n, nil)
	for i := range rows {
		row := x.RawRowView(i)
		for k := range row {
			row[k] = 0.05 * rng.NormFloat64()
		}
		for _, j := range rng.Perm(m)[:3] {
			floats.AddScaled(row, rng.NormFloat64(), mat.Col(nil, j, p.W))
		}
	}
	z, err := sparse.CoordinateDescent{}.Solve(t.Context(), p, x)
	if err != nil {
		t.Fatal(err)
	}
	return p, x, z
}

// The graph's gradient, in float64, against differences of the loss in plain Go.
func TestGradient(t *testing.T) {
	b, err := backend.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, x, z := instance(t, 1, 4, 3, 5)
	for _, untied := range []bool{false, true} {
		l, err := sparse.FromISTA(p, 0, 2, untied)
		if err != nil {
			t.Fatal(err)
		}
		values, shapes := pack(l)
		rng := source(2)
		in := []any{tensors.FromFlatDataAndDimensions(slices.Clone(x.RawMatrix().Data), 4, 3), tensors.FromFlatDataAndDimensions(slices.Clone(z.RawMatrix().Data), 4, 5)}
		for i, v := range values {
			for k := range v { // away from ISTA
				v[k] += 0.1 * rng.NormFloat64()
			}
			in = append(in, tensors.FromFlatDataAndDimensions(slices.Clone(v), shapes[i]...))
		}
		e, err := graph.NewExec(b, func(in []*graph.Node) []*graph.Node {
			J := loss(l, in[2:], in[0], in[1])
			return append([]*graph.Node{J}, graph.Gradient(J, in[2:]...)...)
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := e.Call(in...)
		if err != nil {
			t.Fatal(err)
		}
		if J, want := tensors.ToScalar[float64](out[0]), l.Miss(x, z)/2; math.Abs(J-want) > 1e-12 {
			t.Errorf("untied %v: L = %v on the backend, %v in Go", untied, J, want)
		}
		var g []float64
		for _, o := range out[1:] {
			g = append(g, tensors.MustCopyFlatData[float64](o)...)
		}
		at := slices.Concat(values...)
		report := gradcheck.Checker{}.Check(func(v []float64) float64 {
			for _, own := range values {
				v = v[copy(own, v):]
			}
			return l.Miss(x, z) / 2
		}, at, g, nil)
		if err := report.Err(); err != nil {
			t.Errorf("untied %v: %v", untied, err)
		}
		e.Finalize()
	}
}

// On vectors it has not seen, the trained network of one step is nearer to z* than several steps of FISTA; untied is no worse on its own data.
func TestFit(t *testing.T) {
	b, err := backend.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, x, z := instance(t, 3, 1200, 12, 24)
	train, trainZ := mat.DenseCopyOf(x.Slice(0, 1000, 0, 12)), mat.DenseCopyOf(z.Slice(0, 1000, 0, 24))
	test, testZ := mat.DenseCopyOf(x.Slice(1000, 1200, 0, 12)), mat.DenseCopyOf(z.Slice(1000, 1200, 0, 24))
	fista, err := sparse.FISTA{Settings: sparse.Settings{Steps: 10, Target: testZ}}.Solve(t.Context(), p, test)
	if err != nil {
		t.Fatal(err)
	}
	for _, untied := range []bool{false, true} {
		l, err := sparse.FromISTA(p, 0, 1, untied)
		if err != nil {
			t.Fatal(err)
		}
		before, all := l.Miss(test, testZ), l.Miss(train, trainZ)/2
		losses, err := Fit(t.Context(), b, l, train, trainZ, Training{Steps: 1, Batch: 1000, Rate: 1e-9, Rand: source(4)})
		if err != nil || len(losses) != 1 || math.Abs(losses[0]/all-1) > 1e-5 {
			t.Fatalf("untied %v: the first loss is %v, in Go %v: %v", untied, losses, all, err)
		}
		if _, err := Fit(t.Context(), b, l, train, trainZ, Training{Steps: 800, Rate: 3e-3, Rand: source(5)}); err != nil {
			t.Fatal(err)
		}
		after := l.Miss(test, testZ)
		if !(after < 0.5*before && after < fista.Error[4]) {
			t.Errorf("untied %v: missed by %.4f, before %.4f; FISTA %.4f", untied, after, before, fista.Error)
		}
		for _, theta := range l.Theta {
			if slices.ContainsFunc(theta, math.IsNaN) {
				t.Error(theta)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l, _ := sparse.FromISTA(p, 0, 0, false)
	if _, err := Fit(ctx, b, l, train, trainZ, Training{Steps: 3, Rand: source(1)}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
