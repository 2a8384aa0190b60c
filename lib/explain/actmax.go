package explain

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/attack"
	"nncourse/lib/nets"
)

// Objective gives each picture its score, which activation maximisation raises: x [n, H, W, C] and unit [n] of Int32 →
// [n]. Picture i's score must depend on picture i alone.
type Objective func(scope *model.Scope, x, unit *graph.Node) *graph.Node

// Channel is the objective of a feature map: the mean over its places of channel unit[i]. maps gives the maps
// [n, h, w, K] of x [n, H, W, C], with the variables of the model.
func Channel(maps func(scope *model.Scope, x *graph.Node) *graph.Node) Objective {
	return func(scope *model.Scope, x, unit *graph.Node) *graph.Node {
		f := maps(scope, x)
		return chosen(graph.ReduceMean(f, 1, 2), unit)
	}
}

// chosen takes v[i][unit[i]]: v [n, K], unit [n] → [n].
func chosen(v, unit *graph.Node) *graph.Node {
	return graph.ReduceSum(graph.Mul(v, graph.OneHot(unit, v.Shape().Dimensions[1], v.DType())), 1)
}

// LayerMaximisers gives, for each unit a_i = f(Σ_j W_ij x_j + b_i) of one layer, the input with ‖x‖₂ ≤ radius that
// activates it most:
//
//	x_j = radius·W_ij/‖W_i‖₂
//
// by Cauchy and Schwarz, for every f that never falls and every b. The result has W's shape, [units][inputs]. It panics
// where W is ragged or the radius is not positive and finite, and errs where a row is zero or not finite: all inputs
// activate such a unit alike, or the question has no answer.
func LayerMaximisers(W [][]float64, radius float64) ([][]float64, error) {
	if !(radius > 0) || math.IsInf(radius, 1) {
		panic(fmt.Sprintf("explain: LayerMaximisers with the radius %v", radius))
	}
	out := make([][]float64, len(W))
	for i, w := range W {
		if len(w) != len(W[0]) {
			panic(fmt.Sprintf("explain: LayerMaximisers: row %d of W has %d entries, row 0 has %d", i, len(w), len(W[0])))
		}
		for j, v := range w {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("explain: LayerMaximisers: W[%d][%d] is %g", i, j, v)
			}
		}
		u, gain := attack.L2.Steepest(w) // w/‖w‖₂, and wᵀu
		if gain == 0 {
			return nil, fmt.Errorf("explain: LayerMaximisers: row %d of W is zero: every input activates the unit alike", i)
		}
		for j := range u {
			u[j] *= radius
		}
		out[i] = u
	}
	return out, nil
}

// TotalVariation is Σ_c Σ_yx (√(Δ_y² + Δ_x² + ε²) − ε) of a picture pix [h, w, c], row-major, with the differences
// Δ_y = x[y+1][x] − x[y][x] and Δ_x = x[y][x+1] − x[y][x], 0 in the last row and column (Rudin, Osher, Fatemi 1992; smooth at 0 for
// ε > 0). It is the sum of the heights of all edges, times their length, and 0 for a flat picture alone.
func TotalVariation(pix []float32, h, w, c int, epsilon float64) float64 {
	if len(pix) != h*w*c {
		panic(fmt.Sprintf("explain: TotalVariation of %d values, not %d×%d×%d", len(pix), h, w, c))
	}
	sum := 0.0
	for y := range h {
		for x := range w {
			for k := range c {
				at := func(y, x int) float64 { return float64(pix[(y*w+x)*c+k]) }
				var dy, dx float64
				if y+1 < h {
					dy = at(y+1, x) - at(y, x)
				}
				if x+1 < w {
					dx = at(y, x+1) - at(y, x)
				}
				sum += math.Sqrt(dy*dy+dx*dx+epsilon*epsilon) - epsilon
			}
		}
	}
	return sum
}

// TVEpsilon is the ε of the total variation that ActMax subtracts.
const TVEpsilon = 0.01

// ActMax finds pictures that excite a unit of a network: gradient ascent of the unit's score S by the input (Erhan,
// Bengio, Courville, Vincent 2009), with the regularisers that make the result smoother or sturdier (Olah, Mordvintsev,
// Schubert 2017, "Feature visualization"; Mahendran, Vedaldi 2015; Yosinski et al. 2015). From x = Ground + Noise·ξ:
//
//  1. g = ∇ₓ[S(roll(x, r)) − λ·TV(x)], r random, |r| ≤ Jitter in both directions, with wrap
//  2. pixels:   d = g/‖g‖₂
//     Fourier:  d = Pg/‖Pg‖₂,  P = F⁻¹ diag(1/f²ᵖ) F
//  3. x ← x + α·d
//  4. every BlurEvery steps: x ← Gaussian blur of x
//  5. x ← Π(x): into the ball ‖x − Ground‖₂ ≤ Radius, then into [Lo, Hi]
//  6. from 1, Steps times
//
// Fourier is the parametrisation x = Aθ with A = F⁻¹ diag(1/fᵖ) F, f the frequency of a coefficient: there the step
// θ ← θ + βAᵀg moves the picture by βAAᵀg, and AAᵀ = P. So it changes what "steepest" means: low frequencies move easily.
// Without bounds the maxima stay where they are; with 5, which pulls back in the picture's own metric, the climb rests where
// x is along Pg in place of g: for a linear unit at PW/‖PW‖, a smoothed filter. (Olah et al. take p = 1 and climb with Adam, which
// gives all coefficients steps of about one length: that moves the picture by A and not by AAᵀ, as p = ½ does here.)
//
// All pictures climb in one execution; their paths do not touch each other. The gradient of a picture that is zero
// leaves it where it is.
//
// The struct holds the hyperparameters; the zero value climbs the logit of a class in pixels, without any bound.
type ActMax struct {
	Objective Objective // what to raise; nil is the logit of class unit[i]

	Steps    int                        // 0 = 256
	Rate     float64                    // α, the length of a step in units of the picture: 0 = 0.5
	Schedule func(done float64) float64 // factor of Rate and Blur after a share of the steps, train.Cosine for example; nil = 1
	Unroll   int                        // steps in one execution: 0 = 1, which compiles soonest; more pays for small networks and many steps

	Ground float64    // the value of an empty pixel: where the climb starts, and the centre of the ball
	Noise  float64    // standard deviation of the start; 0 = 0.01. With Fourier, low frequencies have most of it
	Rand   *rand.Rand // of start and jitter; nil = rand.NewPCG(1, 0). The result follows from its state

	Radius         float64 // bound of ‖x − Ground‖₂; 0 = none
	Lo, Hi         float64 // range of a pixel; both 0 = none
	Jitter         int     // largest shift in pixels; 0 = none
	Blur           float64 // standard deviation in pixels; 0 = none
	BlurEvery      int     // 0 = 4
	TotalVariation float64 // λ ≥ 0
	Fourier        float64 // p ≥ 0 of the parametrisation by coefficients scaled by 1/fᵖ: 0 = pixels, 1 = that of Olah et al.

	Every      int  // record scores after that many steps: 0 = Steps/16, at least 1. The start and the end are always recorded
	KeepFrames bool // keep the pictures at the records too
}

// Maxima are N pictures that gradient ascent found, and their way.
type Maxima struct {
	N, H, W, C int
	Pix        []float32 // [N, H, W, C]
	Unit       []int32
	Step       []int       // of the records, the first is 0
	Score      [][]float64 // [N][records], S(x) without shift and penalty
	Frames     [][]float32 // [records][N·H·W·C] with KeepFrames
}

// Image returns picture i; it is a view.
func (m *Maxima) Image(i int) []float32 { return m.Pix[i*m.H*m.W*m.C : (i+1)*m.H*m.W*m.C] }

// Frame returns picture i at record k; it is a view.
func (m *Maxima) Frame(k, i int) []float32 { return m.Frames[k][i*m.H*m.W*m.C : (i+1)*m.H*m.W*m.C] }

// Final returns the scores at the end.
func (m *Maxima) Final() []float64 {
	out := make([]float64, m.N)
	for i, s := range m.Score {
		out[i] = s[len(s)-1]
	}
	return out
}

func (a ActMax) withDefaults(m *nets.Model) ActMax {
	v := a
	bad := func(what string, v any) { panic(fmt.Sprintf("explain: ActMax: %s is %v", what, v)) }
	for _, c := range []struct {
		name  string
		value float64
	}{{"Rate", v.Rate}, {"Noise", v.Noise}, {"Radius", v.Radius}, {"Blur", v.Blur}, {"TotalVariation", v.TotalVariation}, {"Fourier", v.Fourier}} {
		if !(c.value >= 0) || math.IsInf(c.value, 1) {
			bad(c.name, c.value)
		}
	}
	if v.Steps < 0 || v.Every < 0 || v.Unroll < 0 || v.BlurEvery < 0 {
		bad("Steps, Every, Unroll or BlurEvery", "negative")
	}
	if v.Jitter < 0 || v.Jitter >= min(m.Input[0], m.Input[1]) {
		bad("Jitter", v.Jitter)
	}
	if v.Lo != 0 || v.Hi != 0 {
		if !(v.Lo <= v.Ground && v.Ground <= v.Hi && v.Lo < v.Hi) {
			bad("Ground", fmt.Sprintf("%v, outside the range [%v, %v]", v.Ground, v.Lo, v.Hi))
		}
	} else {
		v.Lo, v.Hi = -math.MaxFloat32, math.MaxFloat32
	}
	zero := func(p *int, d int) {
		if *p == 0 {
			*p = d
		}
	}
	zero(&v.Steps, 256)
	zero(&v.Unroll, 1)
	zero(&v.BlurEvery, 4)
	zero(&v.Every, max(1, v.Steps/16))
	if v.Rate == 0 {
		v.Rate = 0.5
	}
	if v.Noise == 0 {
		v.Noise = 0.01
	}
	if v.Radius == 0 {
		v.Radius = math.MaxFloat32
	}
	if v.Schedule == nil {
		v.Schedule = func(float64) float64 { return 1 }
	}
	if v.Rand == nil {
		v.Rand = rand.New(rand.NewPCG(1, 0))
	}
	return v
}

// CompiledActMax is activation maximisation on a model, with its programs compiled at the first Run and kept: for several
// climbs. It is not for several goroutines at once.
type CompiledActMax struct {
	ActMax // all fields may be changed between calls of Run but Objective and Unroll, which are those of Compile

	model       *nets.Model
	unroll      int
	step, score *model.Exec
}

// Compile prepares activation maximisation on m. Close releases the programs.
func (a ActMax) Compile(m *nets.Model) (*CompiledActMax, error) {
	c := &CompiledActMax{ActMax: a, model: m, unroll: a.withDefaults(m).Unroll}
	var err error
	if c.step, c.score, err = climbing(m, a.Objective, c.unroll); err != nil {
		return nil, fmt.Errorf("explain: ActMax: %w", err)
	}
	return c, nil
}

// Close releases the compiled programs.
func (c *CompiledActMax) Close() {
	c.step.Finalize()
	c.score.Finalize()
}

// Run climbs once on m with one picture for each of the units; see CompiledActMax.Run.
func (a ActMax) Run(ctx context.Context, m *nets.Model, unit []int32) (*Maxima, error) {
	c, err := a.Compile(m)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Run(ctx, unit)
}

// Run climbs with one picture for each of the units.
//
// It panics on settings out of range and, without Objective, on a class that the model does not have. The error is the
// context's, the backend's, or names a picture whose score is no longer finite.
func (a *CompiledActMax) Run(ctx context.Context, unit []int32) (out *Maxima, err error) {
	m, s := a.model, a.withDefaults(a.model)
	s.Unroll = a.unroll
	if len(unit) == 0 {
		panic("explain: ActMax: Run without units")
	}
	if a.Objective == nil {
		for i, u := range unit {
			if u < 0 || int(u) >= m.Classes {
				panic(fmt.Sprintf("explain: ActMax: unit[%d] = %d, and the model has the classes 0 to %d", i, u, m.Classes-1))
			}
		}
	}
	n, h, w, c := len(unit), m.Input[0], m.Input[1], m.Input[2]
	out = &Maxima{N: n, H: h, W: w, C: c, Pix: s.start(n, h, w, c), Unit: append([]int32(nil), unit...), Score: make([][]float64, n)}

	x, units := tensors.FromFlatDataAndDimensions(out.Pix, n, h, w, c), tensors.FromFlatDataAndDimensions(unit, n)
	defer func() { err = errors.Join(err, x.FinalizeAll(), units.FinalizeAll()) }()
	spectrum := tensor32(falling(h, w, 2*s.Fourier))
	defer func() { err = errors.Join(err, spectrum.FinalizeAll()) }()
	bounds := []float32{float32(s.TotalVariation), float32(s.Ground), float32(min(s.Radius, math.MaxFloat32)), float32(s.Lo), float32(s.Hi)}
	for k := 0; ; {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("explain: ActMax: after %d of %d steps: %w", k, s.Steps, err)
		}
		if k%s.Every == 0 || k == s.Steps {
			if err := out.record(a.score, k, x, units, s.KeepFrames); err != nil {
				return nil, err
			}
		}
		if k == s.Steps {
			return out, nil
		}
		// the next execution: up to a record, the rest of the unrolled steps idle at rate 0
		shift, rate, blur := make([]int32, 2*s.Unroll), make([]float32, s.Unroll), make([]bool, s.Unroll)
		sigma := 0.0
		for u := range s.Unroll {
			if s.Jitter > 0 {
				shift[2*u], shift[2*u+1] = int32(s.Rand.IntN(2*s.Jitter+1)-s.Jitter), int32(s.Rand.IntN(2*s.Jitter+1)-s.Jitter)
			}
			factor := s.Schedule(float64(k) / float64(s.Steps))
			rate[u] = float32(s.Rate * factor)
			k++
			if s.Blur > 0 && k%s.BlurEvery == 0 {
				blur[u], sigma = true, s.Blur*factor
			}
			if k%s.Every == 0 || k == s.Steps {
				break
			}
		}
		blurH, blurW := tensor32(blurMatrix(h, sigma)), tensor32(blurMatrix(w, sigma))
		next, err := a.step.Call(x, units, s.Fourier > 0, spectrum, bounds, shift, rate, blur, blurH, blurW)
		if err = errors.Join(err, blurH.FinalizeAll(), blurW.FinalizeAll()); err != nil {
			return nil, fmt.Errorf("explain: ActMax: step %d: %w", k, err)
		}
		if err := x.FinalizeAll(); err != nil {
			return nil, err
		}
		x = next[0]
	}
}

// record appends the scores at step k, and the pictures.
func (m *Maxima) record(score *model.Exec, k int, x, unit *tensors.Tensor, frames bool) error {
	y, err := score.Call1(x, unit)
	if err != nil {
		return fmt.Errorf("explain: ActMax: the score after %d steps: %w", k, err)
	}
	defer y.FinalizeAll()
	values, err := tensors.CopyFlatData[float32](y)
	if err != nil {
		return err
	}
	if m.Pix, err = tensors.CopyFlatData[float32](x); err != nil {
		return err
	}
	m.Step = append(m.Step, k)
	for i, v := range values {
		m.Score[i] = append(m.Score[i], float64(v))
		if v := float64(v); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("explain: ActMax: the score of picture %d (unit %d) is %g after %d steps: set a Radius or a range", i, m.Unit[i], v, k)
		}
	}
	if frames {
		m.Frames = append(m.Frames, m.Pix)
	}
	return nil
}

// start draws Ground + Noise·ξ, with Fourier Ground + Noise·Aξ (scaled to the same mean square), brought into the range.
func (a ActMax) start(n, h, w, c int) []float32 {
	pix := make([]float32, n*h*w*c)
	s, ch, cw := falling(h, w, a.Fourier), hartley(h), hartley(w)
	s.Scale(math.Sqrt(float64(h*w))/mat.Norm(s, 2), s) // the Frobenius norm: mean square 1
	xi, half := mat.NewDense(h, w, nil), mat.NewDense(h, w, nil)
	for i := range n * c { // channel i%c of picture i/c
		for j := range h {
			row := xi.RawRowView(j)
			for k := range row {
				row[k] = a.Rand.NormFloat64()
				if a.Fourier > 0 {
					row[k] *= s.At(j, k)
				}
			}
		}
		if a.Fourier > 0 { // ξ ← C(s∘ξ)C
			half.Mul(ch, xi)
			xi.Mul(half, cw)
		}
		for j := range h {
			for k, v := range xi.RawRowView(j) {
				pix[((i/c*h+j)*w+k)*c+i%c] = float32(min(max(a.Ground+a.Noise*v, a.Lo), a.Hi))
			}
		}
	}
	return pix
}
