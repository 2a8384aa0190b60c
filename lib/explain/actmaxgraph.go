package explain

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/nets"
)

// climbing compiles the programs of a climb: step takes x, unit, Fourier or not, 1/f²ᵖ, bounds, shifts, rates, whether to blur, and blur
// matrices, to x after unroll steps; score takes x and unit to S(x) [n]. A nil objective is the unit's logit.
func climbing(m *nets.Model, objective Objective, unroll int) (step, score *model.Exec, err error) {
	if objective == nil {
		objective = func(scope *model.Scope, x, unit *graph.Node) *graph.Node { return chosen(m.Logits(scope, x), unit) }
	}
	scored := func(scope *model.Scope, x, unit *graph.Node) *graph.Node {
		s := objective(scope, x, unit)
		s.AssertDims(x.Shape().Dimensions[0])
		return s
	}
	if score, err = model.NewExec(m.Backend, m.Store, scored); err != nil {
		return nil, nil, err
	}
	step, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		x, unit, fourier, spectrum, bounds, shift, rate, blur, blurH, blurW := in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8], in[9]
		d := x.Shape().Dimensions
		at := func(v *graph.Node, i int) *graph.Node { return graph.Reshape(graph.Slice(v, graph.AxisElem(i))) }
		lambda, ground, radius, lo, hi := at(bounds, 0), at(bounds, 1), at(bounds, 2), at(bounds, 3), at(bounds, 4)
		for u := range unroll {
			// g = ∇ₓ Σᵢ[S(roll(xᵢ, r)) − λ·TV(xᵢ)]: row i of g is picture i's own gradient
			rolled := separable(x, rollMatrix(at(shift, 2*u), d[1]), rollMatrix(at(shift, 2*u+1), d[2]))
			J := graph.Sub(graph.ReduceAllSum(scored(scope, rolled, unit)), graph.Mul(lambda, totalVariation(x)))
			g := graph.Gradient(J, x)[0]
			moved := graph.Add(x, graph.Mul(at(rate, u), direction(g, fourier, spectrum)))
			blurred := separable(moved, blurH, blurW)
			moved = graph.Where(graph.BroadcastToDims(at(blur, u), d...), blurred, moved)
			// Π: the ball round Ground, then the range
			r := graph.Sub(moved, ground)
			length := graph.Sqrt(graph.ReduceAndKeep(graph.Square(r), graph.ReduceSum, 1, 2, 3)) // [n, 1, 1, 1]
			shrink := graph.Where(graph.GreaterThan(length, radius), graph.Div(radius, length), graph.OnesLike(length))
			x = graph.Min(graph.Max(graph.Add(ground, graph.Mul(r, shrink)), lo), hi)
		}
		return []*graph.Node{x}
	})
	return step, score, err
}

// direction is d: g, or Pg, over its length, picture by picture; 0 where g is 0. The division by max|g| first keeps the
// squares of small gradients from underflow.
func direction(g, fourier, spectrum *graph.Node) *graph.Node {
	unit := func(size, v *graph.Node) *graph.Node {
		return graph.Div(v, graph.Where(graph.GreaterThan(size, graph.ZerosLike(size)), size, graph.OnesLike(size)))
	}
	d := g.Shape().Dimensions
	g = unit(graph.ReduceAndKeep(graph.Abs(g), graph.ReduceMax, 1, 2, 3), g)
	// Pg = F⁻¹(f⁻²ᵖ∘Fg), F as Hartley's matrices, which are their own inverses
	constant := func(m *mat.Dense) *graph.Node { return graph.ConstTensor(g.Graph(), tensor32(m)) }
	ch, cw := constant(hartley(d[1])), constant(hartley(d[2]))
	Pg := separable(graph.Mul(graph.Reshape(spectrum, 1, d[1], d[2], 1), separable(g, ch, cw)), ch, cw)
	g = graph.Where(graph.BroadcastToDims(fourier, d...), Pg, g)
	return unit(graph.Sqrt(graph.ReduceAndKeep(graph.Square(g), graph.ReduceSum, 1, 2, 3)), g)
}

// separable applies a matrix to the columns and one to the rows of each picture: rows [H, H], columns [W, W].
func separable(x, rows, columns *graph.Node) *graph.Node {
	return graph.Einsum("xv,nyvc->nyxc", columns, graph.Einsum("yu,nuxc->nyxc", rows, x))
}

// rollMatrix is R with (Rx)_i = x_{(i − r) mod n}: what was at the place i is at i + r.
func rollMatrix(r *graph.Node, n int) *graph.Node {
	places := make([]int32, n)
	for i := range places {
		places[i] = int32(i + n) // |r| < n, so that i + n − r is positive
	}
	from := graph.ModScalar(graph.Sub(graph.Const(r.Graph(), places), r), int32(n))
	return graph.OneHot(from, n, dtypes.Float32)
}

// totalVariation is TotalVariation with ε = TVEpsilon, summed over the pictures x [n, H, W, C] → scalar.
func totalVariation(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	difference := func(n int) *graph.Node { // row i: x_{i+1} − x_i, the last row zero
		m := mat.NewDense(n, n, nil)
		for i := range n - 1 {
			m.Set(i, i, -1)
			m.Set(i, i+1, 1)
		}
		return graph.ConstTensor(x.Graph(), tensor32(m))
	}
	dy := graph.Einsum("yu,nuxc->nyxc", difference(d[1]), x)
	dx := graph.Einsum("xv,nyvc->nyxc", difference(d[2]), x)
	root := graph.Sqrt(graph.AddScalar(graph.Add(graph.Square(dy), graph.Square(dx)), TVEpsilon*TVEpsilon))
	return graph.ReduceAllSum(graph.AddScalar(root, -TVEpsilon))
}

// blurMatrix has a Gaussian of standard deviation sigma in each row, cut at the border and of sum 1; sigma 0 is the identity.
func blurMatrix(n int, sigma float64) *mat.Dense {
	b := mat.NewDense(n, n, nil)
	for i := range n {
		row := b.RawRowView(i)
		for j := range row {
			if d := float64(i - j); sigma > 0 {
				row[j] = math.Exp(-d * d / (2 * sigma * sigma))
			} else if d == 0 {
				row[j] = 1
			}
		}
		floats.Scale(1/floats.Sum(row), row)
	}
	return b
}

// hartley is the discrete Hartley transform C_jk = (cos(2πjk/n) + sin(2πjk/n))/√n: real, symmetric, its own inverse.
// Row j holds the frequencies j and n − j. A diagonal between two of them that does not tell j from n − j is the same
// filter as between the discrete Fourier transform and its inverse.
func hartley(n int) *mat.Dense {
	c := mat.NewDense(n, n, nil)
	for j := range n {
		for k := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(j*k%n) / float64(n))
			c.Set(j, k, (cos+sin)/math.Sqrt(float64(n)))
		}
	}
	return c
}

// falling is 1/fᵖ of every coefficient, h×w: f in cycles a pixel, of coefficient j min(j, n−j)/n, and of the mean that of the
// lowest wave, as Olah et al. have it. Scaled so that the greatest is 1.
func falling(h, w int, p float64) *mat.Dense {
	s, lowest := mat.NewDense(h, w, nil), 1/float64(max(h, w))
	for j := range h {
		for k := range w {
			f := math.Hypot(float64(min(j, h-j))/float64(h), float64(min(k, w-k))/float64(w))
			s.Set(j, k, math.Pow(lowest/max(f, lowest), p))
		}
	}
	return s
}

// tensor32 makes a tensor of a matrix.
func tensor32(m *mat.Dense) *tensors.Tensor {
	r, c := m.Dims()
	flat := make([]float32, 0, r*c)
	for i := range r {
		for _, v := range m.RawRowView(i) {
			flat = append(flat, float32(v))
		}
	}
	return tensors.FromFlatDataAndDimensions(flat, r, c)
}
