package operators

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// LocalNet is a convolutional network φ_W from functions to functions on a circle: a first layer with a kernel of 2·Radius + 1 places,
// then layers with kernels of one place. Its output at a place is the same small network of the window around it, wherever the place.
//
// The windows are centred and whitened first: neighbours on a smooth function are nearly equal, and what matters for derivatives are
// their differences, many orders of magnitude below. Whitening is linear, so that it could be multiplied into the first kernel.
type LocalNet struct {
	Radius int
	Mean   []float64  // [2·Radius + 1] mean window
	Whiten *mat.Dense // [2·Radius + 1, components]: the principal directions, divided by their standard deviation
	Scale  float64    // standard deviation of the outputs, what the network's output 1 stands for
	Net    *mlp.Net
}

// LocalConfig says how a LocalNet is built and trained.
type LocalConfig struct {
	Radius     int     // ≥ 1
	Components int     // principal directions kept, of 2·Radius + 1
	Hidden     []int   // widths of the hidden layers
	Epochs     int     // with Rate, and as many with a tenth of it
	Batch      int     // windows a step
	Rate       float64 // of Adam
	Windows    int     // drawn from the pairs for training, ≥ 0; 0 means all
	Every      func(epoch int, loss float64) bool
}

// TrainLocal fits φ_W to pairs of functions, inputs[i] and outputs[i] at the same places. The loss is the mean of half the squared error
// in units of Scale. It errs if the training does.
func TrainLocal(ctx context.Context, inputs, outputs [][]float64, cfg LocalConfig, rng *rand.Rand) (*LocalNet, *mlp.History, error) {
	width := 2*cfg.Radius + 1
	if len(inputs) == 0 || len(inputs) != len(outputs) || cfg.Radius < 1 || cfg.Components < 1 || cfg.Components > width {
		panic(fmt.Sprintf("operators: TrainLocal: %d inputs, %d outputs, %+v", len(inputs), len(outputs), cfg))
	}
	n := &LocalNet{Radius: cfg.Radius}
	var at [][2]int
	for i := range inputs {
		if len(inputs[i]) != len(outputs[i]) || len(inputs[i]) < width {
			panic(fmt.Sprintf("operators: TrainLocal: pair %d has %d and %d places", i, len(inputs[i]), len(outputs[i])))
		}
		for j := range inputs[i] {
			at = append(at, [2]int{i, j})
		}
	}
	rng.Shuffle(len(at), func(a, b int) { at[a], at[b] = at[b], at[a] })
	if cfg.Windows > 0 && cfg.Windows < len(at) {
		at = at[:cfg.Windows]
	}
	x, y := mat.NewDense(len(at), width, nil), mat.NewDense(len(at), 1, nil)
	for k, p := range at {
		window(x.RawRowView(k), inputs[p[0]], p[1])
		y.Set(k, 0, outputs[p[0]][p[1]])
	}
	var pc stat.PC
	if !pc.PrincipalComponents(x, nil) {
		return nil, nil, fmt.Errorf("operators: TrainLocal: the windows have no principal components: are they finite?")
	}
	for j := range width {
		n.Mean = append(n.Mean, stat.Mean(mat.Col(nil, j, x), nil))
	}
	var directions mat.Dense
	pc.VectorsTo(&directions)
	n.Whiten = mat.NewDense(width, cfg.Components, nil)
	for k, v := range pc.VarsTo(nil)[:cfg.Components] {
		if !(v > 0) {
			return nil, nil, fmt.Errorf("operators: TrainLocal: the windows do not vary in component %d: take fewer components", k)
		}
		for j := range width {
			n.Whiten.Set(j, k, directions.At(j, k)/math.Sqrt(v))
		}
	}
	n.Scale = stat.StdDev(y.RawMatrix().Data, nil)
	if !(n.Scale > 0) {
		return nil, nil, fmt.Errorf("operators: TrainLocal: the outputs have the standard deviation %v", n.Scale)
	}
	y.Scale(1/n.Scale, y)
	sizes := append(append([]int{cfg.Components}, cfg.Hidden...), 1)
	n.Net = mlp.New(rng, activation.Tanh, sizes...)
	white := n.whitened(x)
	var all *mlp.History
	for _, rate := range []float64{cfg.Rate, cfg.Rate / 10} {
		h, err := n.Net.Train(ctx, white, y, loss.SquaredHalf, mlp.TrainConfig{Epochs: cfg.Epochs, Batch: cfg.Batch, Rate: rate, Adam: true, Rand: rng, Every: cfg.Every})
		if all == nil {
			all = h
		} else if h != nil {
			all.Loss, all.Steps, all.Duration = append(all.Loss, h.Loss[1:]...), all.Steps+h.Steps, all.Duration+h.Duration
		}
		if err != nil {
			return nil, all, err
		}
	}
	return n, all, nil
}

// window stores the len(dst) values of u around place i of the circle.
func window(dst, u []float64, i int) {
	n := len(u)
	for j := range dst {
		dst[j] = u[((i+j-len(dst)/2)%n+n)%n]
	}
}

func (n *LocalNet) whitened(x *mat.Dense) *mat.Dense {
	rows, width := x.Dims()
	centred := mat.NewDense(rows, width, nil)
	centred.Apply(func(_, j int, v float64) float64 { return v - n.Mean[j] }, x)
	var white mat.Dense
	white.Mul(centred, n.Whiten)
	return &white
}

// Apply returns φ_W(u) at the places of u.
func (n *LocalNet) Apply(u []float64) []float64 {
	x := mat.NewDense(len(u), 2*n.Radius+1, nil)
	for i := range u {
		window(x.RawRowView(i), u, i)
	}
	out := mat.Col(nil, 0, n.Net.Forward(n.whitened(x)).Out())
	for i := range out {
		out[i] *= n.Scale
	}
	return out
}

// Replace makes the regression of any map φ from functions to functions, such as a LocalNet's Apply, on operators: Θα ≈ φ(uᵢ) at all
// places of the inputs uᵢ, with spacing h.
func Replace(phi func(u []float64) []float64, inputs [][]float64, h float64, terms []Term, space Differentiator) (*Regression, error) {
	r := &Regression{Target: "φ(u)"}
	for _, t := range terms {
		r.Names = append(r.Names, t.String())
	}
	for i, u := range inputs {
		part, err := Apply(terms, u, h, space)
		if err != nil {
			return nil, fmt.Errorf("input %d: %w", i, err)
		}
		if r.Theta == nil {
			r.Theta = part
		} else {
			var both mat.Dense
			both.Stack(r.Theta, part)
			r.Theta = &both
		}
		r.Y = append(r.Y, phi(u)...)
	}
	return r, nil
}
