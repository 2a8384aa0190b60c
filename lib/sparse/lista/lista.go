// Package lista trains sparse.LISTA, the unrolled ISTA, on GoMLX. The network itself, and its use, are in package sparse, which needs no backend.
package lista

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/sparse"
)

// Training is how Fit trains. It minimises, by Adam on batches,
//
//	L = (1/P) Σ_p ½‖z*_p − z_T(x_p)‖²   (Gregor & LeCun 2010, eq. 4).
type Training struct {
	Steps    int                                 // of Adam, ≥ 1
	Batch    int                                 // rows a step; 0 means 100; at most all
	Rate     float64                             // at the start; it falls in a line to a twentieth. 0 means 1e-3
	Rand     *rand.Rand                          // deals the rows anew in each epoch; required
	Progress func(done, total int, loss float64) // called about 100 times; nil: silent
}

// pack lists the parameters: We…, S…, Theta….
func pack(l *sparse.LISTA) (values [][]float64, shapes [][]int) {
	for _, group := range [][]*mat.Dense{l.We, l.S} {
		for _, a := range group {
			r, c := a.Dims()
			values, shapes = append(values, a.RawMatrix().Data), append(shapes, []int{r, c})
		}
	}
	for _, t := range l.Theta {
		values, shapes = append(values, t), append(shapes, []int{1, len(t)})
	}
	return values, shapes
}

// loss builds L for x [batch, n], z* [batch, m], and parameters in the order of pack.
func loss(l *sparse.LISTA, params []*graph.Node, x, target *graph.Node) *graph.Node {
	we, rest := params[:len(l.We)], params[len(l.We):]
	s, theta := rest[:len(l.S)], rest[len(l.S):]
	batch := x.Shape().Dimensions[0]
	x.AssertDims(batch, we[0].Shape().Dimensions[0])
	target.AssertDims(batch, we[0].Shape().Dimensions[1])
	var drive, z *graph.Node
	for t := 0; t <= l.Steps; t++ {
		if t < len(we) {
			drive = graph.Dot(x, we[t]).Product() // W_e x, [batch, m]
		}
		v := drive
		if t > 0 {
			v = graph.Add(v, graph.Dot(z, s[min(t, len(s))-1]).Product())
		}
		// h_θ(v) = max(v − |θ|, 0) − max(−v − |θ|, 0)
		limit := graph.Abs(theta[min(t, len(theta)-1)])
		z = graph.Sub(activation.Relu(graph.Sub(v, limit)), activation.Relu(graph.Neg(graph.Add(v, limit))))
	}
	return graph.MulScalar(graph.ReduceAllMean(graph.ReduceSum(graph.Square(graph.Sub(z, target)), 1)), 0.5)
}

// Fit trains l in place on the rows of x, [P, n], and their codes z*, [P, m], in float32, and returns L of each step's batch. It errs, with the losses
// so far and l unchanged, if a loss is not finite (lower the rate), or if the backend fails; if ctx ends, l holds the parameters reached.
// Wrong shapes and settings panic. With one seed two runs on one machine give the same bits.
func Fit(ctx context.Context, b compute.Backend, l *sparse.LISTA, x, z *mat.Dense, t Training) (losses []float64, err error) {
	rows, n := x.Dims()
	zr, m := z.Dims()
	if t.Batch == 0 {
		t.Batch = 100
	}
	if t.Rate == 0 {
		t.Rate = 1e-3
	}
	t.Batch = min(t.Batch, rows)
	if wn, wm := l.We[0].Dims(); zr != rows || wn != n || wm != m {
		panic(fmt.Sprintf("lista: Fit: x is [%d, %d], z [%d, %d], W_e [%d, %d]", rows, n, zr, m, wn, wm))
	}
	if t.Steps < 1 || t.Batch < 1 || !(t.Rate > 0) || t.Rand == nil {
		panic(fmt.Sprintf("lista: Fit: want Steps, Batch ≥ 1, Rate > 0 and Rand, have %d, %d, %v", t.Steps, t.Batch, t.Rate))
	}
	values, shapes := pack(l)
	store := model.NewStore()
	name := func(i int) string { return fmt.Sprintf("p%d", i) }
	adam := optimizer.Adam().LearningRate(t.Rate).Done()
	exec, err := model.NewExec(b, store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		params := make([]*graph.Node, len(values))
		for i, v := range values {
			params[i] = scope.VariableWithValue(name(i), tensors.FromFlatDataAndDimensions(float32s(v), shapes[i]...)).NodeValue(in[0])
		}
		J := loss(l, params, in[0], in[1])
		adam.UpdateGraph(scope, J.Graph(), J)
		return []*graph.Node{J}
	})
	if err != nil {
		return nil, fmt.Errorf("lista: %w", err)
	}
	defer exec.Finalize()
	// what is reached at the end goes back to l
	back := func() error {
		for i, v := range values {
			variable := store.GetVariable("/" + name(i))
			if variable == nil { // no step was taken
				return nil
			}
			value, err := variable.Value()
			if err != nil {
				return fmt.Errorf("lista: %w", err)
			}
			for k, f := range tensors.MustCopyFlatData[float32](value) {
				v[k] = float64(f)
			}
		}
		return nil
	}
	var order []int
	bx, bz := make([]float32, t.Batch*n), make([]float32, t.Batch*m)
	for k := range t.Steps {
		if err := context.Cause(ctx); err != nil {
			return losses, errors.Join(fmt.Errorf("lista: stopped after %d of %d steps: %w", k, t.Steps, err), back())
		}
		for i := range t.Batch {
			if len(order) == 0 {
				order = t.Rand.Perm(rows)
			}
			copy(bx[i*n:], float32s(x.RawRowView(order[0])))
			copy(bz[i*m:], float32s(z.RawRowView(order[0])))
			order = order[1:]
		}
		if k > 0 { // Adam makes its variable for the rate with the first step
			rate := float32(t.Rate * (1 - 0.95*float64(k)/float64(t.Steps)))
			if err := optimizer.LearningRateVarWithValue(store.RootScope(), dtypes.Float32, float64(rate)).SetValue(tensors.FromScalar(rate)); err != nil {
				return losses, fmt.Errorf("lista: %w", err)
			}
		}
		tx, tz := tensors.FromFlatDataAndDimensions(bx, t.Batch, n), tensors.FromFlatDataAndDimensions(bz, t.Batch, m)
		out, err := exec.Call(tx, tz)
		if err := errors.Join(err, tx.FinalizeAll(), tz.FinalizeAll()); err != nil {
			return losses, fmt.Errorf("lista: step %d: %w", k+1, err)
		}
		J := float64(tensors.ToScalar[float32](out[0]))
		if err := out[0].FinalizeAll(); err != nil {
			return losses, fmt.Errorf("lista: %w", err)
		}
		if math.IsNaN(J) || math.IsInf(J, 0) {
			return losses, fmt.Errorf("lista: the loss is %v at step %d: lower the rate (%g now)", J, k+1, t.Rate)
		}
		losses = append(losses, J)
		if t.Progress != nil && (k%max(1, t.Steps/100) == 0 || k+1 == t.Steps) {
			t.Progress(k+1, t.Steps, J)
		}
	}
	return losses, back()
}

func float32s(v []float64) []float32 {
	f := make([]float32, len(v))
	for i, a := range v {
		f[i] = float32(a)
	}
	return f
}
