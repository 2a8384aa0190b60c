// Package landscape looks at a loss over many parameters through low-dimensional windows.
//
//   - Plane and Line cut the loss along given directions; Random, FilterNormalise, PCA and Through choose them.
//   - Ends runs a minimiser from many starts and says where each ends: a map of the basins of attraction.
//   - Hessian measures the curvature, to tell a minimum from a saddle.
//
// A slice shows what it cuts and nothing else: a minimum of the slice is in general not a minimum of the loss, and a loss
// that is convex along two directions need not be convex. The converse holds: every slice of a convex loss is convex.
//
// Source: Goodfellow, Vinyals, Saxe 2015 (line from start to end); Li, Xu, Taylor, Studer, Goldstein 2018, "Visualizing
// the Loss Landscape of Neural Nets" (filter normalisation §4, PCA directions §7).
package landscape

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// Loss is any loss of a parameter vector; it must not keep or change x.
type Loss func(x []float64) float64

// Grid is a loss on a rectangle of the plane centre + u·U + v·V.
type Grid struct {
	Centre []float64   // [n]
	U, V   []float64   // [n] the directions
	A, B   []float64   // [cols] and [rows] the coefficients of U and V, ascending
	Z      [][]float64 // [rows][cols] Z[i][j] = loss at Centre + A[j]·U + B[i]·V
}

// At returns the parameters at the plane's coordinates (a, b).
func (g *Grid) At(a, b float64) []float64 {
	x := append([]float64(nil), g.Centre...)
	floats.AddScaled(x, a, g.U)
	floats.AddScaled(x, b, g.V)
	return x
}

// Min returns the smallest value on the grid and where it is. NaN is skipped.
func (g *Grid) Min() (z, a, b float64) {
	first := true
	for i, row := range g.Z {
		for j, v := range row {
			if v < z || first && v == v {
				z, a, b, first = v, g.A[j], g.B[i], false
			}
		}
	}
	return z, a, b
}

// Plane evaluates the loss on cols × rows points of the plane through centre along u and v, with coefficients from
// a[0] to a[1] and from b[0] to b[1]. It costs cols·rows evaluations and errs only if ctx ends. u and v need not be
// orthogonal or of unit length, but the picture is to scale only if they are.
func Plane(ctx context.Context, loss Loss, centre, u, v []float64, a, b [2]float64, cols, rows int) (*Grid, error) {
	n := len(centre)
	if len(u) != n || len(v) != n || cols < 2 || rows < 2 || !(a[0] < a[1]) || !(b[0] < b[1]) {
		panic(fmt.Sprintf("landscape: Plane: centre, u, v have %d, %d, %d entries, ranges %v and %v, grid %d×%d: need equal lengths, ascending ranges, at least 2×2",
			n, len(u), len(v), a, b, cols, rows))
	}
	g := &Grid{Centre: centre, U: u, V: v, A: floats.Span(make([]float64, cols), a[0], a[1]), B: floats.Span(make([]float64, rows), b[0], b[1])}
	for _, bi := range g.B {
		if err := context.Cause(ctx); err != nil {
			return g, fmt.Errorf("landscape: stopped after %d of %d rows: %w", len(g.Z), rows, err)
		}
		row := make([]float64, cols)
		for j, aj := range g.A {
			row[j] = loss(g.At(aj, bi))
		}
		g.Z = append(g.Z, row)
	}
	return g, nil
}

// Line evaluates the loss at n points x₀ + t(x₁ − x₀), t from lo to hi: t = 0 is x₀, t = 1 is x₁.
func Line(loss Loss, x0, x1 []float64, lo, hi float64, n int) (t, z []float64) {
	if len(x0) != len(x1) || n < 2 || !(lo < hi) {
		panic(fmt.Sprintf("landscape: Line: ends of %d and %d entries, t from %v to %v, %d points", len(x0), len(x1), lo, hi, n))
	}
	t = floats.Span(make([]float64, n), lo, hi)
	z = make([]float64, n)
	x := make([]float64, len(x0))
	for i, s := range t {
		for j := range x {
			x[j] = (1-s)*x0[j] + s*x1[j]
		}
		z[i] = loss(x)
	}
	return t, z
}

// Coordinates returns the coefficients (a, b) of the orthogonal projection of x − centre on the plane of u and v, which
// must be linearly independent: how a trajectory is drawn on a Grid. rest is the distance of x from the plane.
func Coordinates(x, centre, u, v []float64) (a, b, rest float64) {
	d := append([]float64(nil), x...)
	floats.Sub(d, centre)
	// Normal equations of min ‖d − au − bv‖².
	uu, uv, vv := floats.Dot(u, u), floats.Dot(u, v), floats.Dot(v, v)
	du, dv := floats.Dot(d, u), floats.Dot(d, v)
	det := uu*vv - uv*uv
	if !(det > 1e-24*uu*vv) {
		panic("landscape: Coordinates: the directions are linearly dependent")
	}
	a, b = (vv*du-uv*dv)/det, (uu*dv-uv*du)/det
	floats.AddScaled(d, -a, u)
	floats.AddScaled(d, -b, v)
	return a, b, floats.Norm(d, 2)
}
