package explain

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// linear is S_c = w_c·x + ½ on h×w images of 2 channels; w [h·w·2][classes].
func linear(b compute.Backend, h, w int, weights [][]float64) *nets.Model {
	classes := len(weights[0])
	return &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{h, w, 2}, Classes: classes,
		Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
			n := x.Shape().Dimensions[0]
			W := graph.ConvertDType(graph.Const(x.Graph(), weights), dtypes.Float32)
			return graph.AddScalar(graph.MatMul(graph.Reshape(x, n, h*w*2), W), 0.5)
		}}
}

func colours(rng *rand.Rand, n, h, w int) *datasets.Images {
	d := &datasets.Images{Name: "noise in two colours", N: n, H: h, W: w, C: 2, Pix: make([]float32, n*h*w*2), Labels: make([]int32, n)}
	for i := range d.Pix {
		d.Pix[i] = rng.Float32()
	}
	return d
}

// The closed forms: saliency is |w|, integrated gradients w·(x − x⁰) with any number of steps, occlusion w·(x − fill) summed
// over the square.
func TestTheFamilyOnALinearNet(t *testing.T) {
	ctx, rng := context.Background(), rand.New(rand.NewPCG(1, 5))
	const h, w, classes, size, fill = 4, 6, 3, 3, 0.25
	weights := randomMap(rng, h*w*2, classes)
	m := linear(open(t), h, w, weights)
	d := colours(rng, Batch+2, h, w)
	class := make([]int32, d.N)
	for i := range class {
		class[i] = int32(i % classes)
	}
	base := make([]float32, h*w*2)
	for i := range base {
		base[i] = rng.Float32()
	}
	explain := func(e Explainer) *Maps { return must[*Maps](t)(e.Explain(ctx, m, d, class)) }
	saliency, signed := explain(&Saliency{}), explain(&Saliency{Signed: true})
	black, one, many := explain(&IntegratedGradients{}), explain(&IntegratedGradients{Baseline: base, Steps: 1}), explain(&IntegratedGradients{Baseline: base, Steps: 7})
	covered := explain(&Occlusion{Size: size, Stride: 1, Fill: fill})
	sparse := explain(&Occlusion{Size: 1, Stride: 3, Fill: fill})
	for i := range d.N {
		x, wc := d.Image(i), func(y, x, ch int) float64 { return weights[(y*w+x)*2+ch][class[i]] }
		wantMax, wantSum, wantBlack, wantIG, wantCover, each := newMap(h, w), newMap(h, w), newMap(h, w), newMap(h, w), newMap(h, w), newMap(h, w)
		for r := range h {
			for c := range w {
				for ch := range 2 {
					v := float64(x[(r*w+c)*2+ch])
					wantMax[r][c] = max(wantMax[r][c], math.Abs(wc(r, c, ch)))
					wantSum[r][c] += wc(r, c, ch)
					wantBlack[r][c] += wc(r, c, ch) * v
					wantIG[r][c] += wc(r, c, ch) * (v - float64(base[(r*w+c)*2+ch]))
					each[r][c] += wc(r, c, ch) * (v - fill)
				}
			}
		}
		for r := range h {
			for c := range w {
				for y := max(0, r-1); y <= min(h-1, r+1); y++ {
					for x := max(0, c-1); x <= min(w-1, c+1); x++ {
						wantCover[r][c] += each[y][x]
					}
				}
			}
		}
		sameMap(t, "saliency", saliency.Map(i), wantMax, 1e-5)
		sameMap(t, "signed saliency", signed.Map(i), wantSum, 1e-5)
		sameMap(t, "integrated gradients from black", black.Map(i), wantBlack, 1e-5)
		sameMap(t, "integrated gradients, 1 step", one.Map(i), wantIG, 1e-5)
		sameMap(t, "integrated gradients, 7 steps", many.Map(i), wantIG, 1e-5)
		sameMap(t, "occlusion", covered.Map(i), wantCover, 1e-4)
		// a pixel in the middle of every 3×3 place; 4 rows make two rows of places, the second one cut
		sameMap(t, "occlusion by single pixels", sparse.Map(i), [][]float64{{each[1][1], each[1][4]}, {0, 0}}, 1e-4)
	}
}

// tanhNet is a net with given values: tanh(conv + bias), then a dense layer without bias.
func tanhNet(b compute.Backend, h, w, c, k, classes int, kernel, bias, dense []float64) *nets.Model {
	return &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{h, w, c}, Classes: classes,
		Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
			constant := func(v []float64, dims ...int) *graph.Node {
				return graph.Reshape(graph.ConvertDType(graph.Const(x.Graph(), v), dtypes.Float32), dims...)
			}
			n := x.Shape().Dimensions[0]
			f := graph.Tanh(graph.Add(graph.Convolve(x, constant(kernel, 3, 3, c, k)).PadSame().Done(), constant(bias, 1, 1, 1, k)))
			return graph.MatMul(graph.Reshape(f, n, h*w*k), constant(dense, h*w*k, classes))
		}}
}

// family is testdata/family.json, made by testdata/family.py with torch.
type family struct {
	Images              [][][][]float32
	Base                []float32
	Kernel, Bias, Dense []float64
	Classes             []int32
	Steps, Size, Stride int
	Fill                float32
	Cases               []struct {
		Logit                                   float64
		Saliency, Signed, Integrated, Occlusion [][]float64
	}
}

func readFamily(t *testing.T) (f family, d *datasets.Images, m *nets.Model) {
	t.Helper()
	raw := must[[]byte](t)(os.ReadFile("testdata/family.json"))
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	h, w, c := len(f.Images[0]), len(f.Images[0][0]), len(f.Images[0][0][0])
	d = &datasets.Images{Name: "golden", N: len(f.Images), H: h, W: w, C: c, Labels: make([]int32, len(f.Images))}
	for _, image := range f.Images {
		for _, row := range image {
			d.Pix = append(d.Pix, slices.Concat(row...)...)
		}
	}
	return f, d, tanhNet(open(t), h, w, c, len(f.Bias), len(f.Dense)/(h*w*len(f.Bias)), f.Kernel, f.Bias, f.Dense)
}

func TestTheFamilyAgainstTorch(t *testing.T) {
	ctx := context.Background()
	f, d, m := readFamily(t)
	saliency := must[*Maps](t)((&Saliency{}).Explain(ctx, m, d, f.Classes))
	signed := must[*Maps](t)((&Saliency{Signed: true}).Explain(ctx, m, d, f.Classes))
	integrated := must[*Maps](t)((&IntegratedGradients{Baseline: f.Base, Steps: f.Steps}).Explain(ctx, m, d, f.Classes))
	occlusion := must[*Maps](t)((&Occlusion{Size: f.Size, Stride: f.Stride, Fill: f.Fill}).Explain(ctx, m, d, f.Classes))
	for i, c := range f.Cases {
		for _, maps := range []*Maps{saliency, signed, integrated, occlusion} {
			if !near(float64(maps.Logits[i]), c.Logit, 1e-5) || maps.Class[i] != f.Classes[i] {
				t.Errorf("%s, image %d: class %d with logit %g, want %d with %g", maps.Name, i, maps.Class[i], maps.Logits[i], f.Classes[i], c.Logit)
			}
		}
		// float32 against float64: sums of up to 200 terms of the order of 1
		sameMap(t, "saliency", saliency.Map(i), c.Saliency, 1e-5)
		sameMap(t, "signed saliency", signed.Map(i), c.Signed, 1e-5)
		sameMap(t, "integrated gradients", integrated.Map(i), c.Integrated, 1e-5)
		sameMap(t, "occlusion", occlusion.Map(i), c.Occlusion, 1e-5)
	}
}

// Completeness (Sundararajan, Taly, Yan 2017, proposition 1): the map sums to the difference of the logits. On a smooth net the
// midpoint rule misses it by about 1/Steps².
func TestIntegratedGradientsAreComplete(t *testing.T) {
	ctx := context.Background()
	f, d, m := readFamily(t)
	_, at, err := m.Predict(ctx, d.Pix)
	if err != nil {
		t.Fatal(err)
	}
	_, zero, err := m.Predict(ctx, f.Base)
	if err != nil {
		t.Fatal(err)
	}
	gap := func(steps int) (worst float64) {
		maps := must[*Maps](t)((&IntegratedGradients{Baseline: f.Base, Steps: steps}).Explain(ctx, m, d, f.Classes))
		for i, c := range f.Classes {
			worst = max(worst, math.Abs(total(maps.Map(i))-float64(at[i*m.Classes+int(c)]-zero[c])))
		}
		return worst
	}
	rough, fine, finest := gap(1), gap(4), gap(100) // 100 steps are more than a batch: one image an execution
	if rough < 1e-2 || fine > rough/6 || finest > 1e-4 {
		t.Errorf("missed by %g with 1 step, %g with 4, %g with 100", rough, fine, finest)
	}
	// A baseline equal to the image leaves nothing to divide; a pixel equal to the baseline's gets nothing.
	one := d.Slice(0, 1)
	maps := must[*Maps](t)((&IntegratedGradients{Baseline: one.Pix, Steps: 3}).Explain(ctx, m, one, nil))
	sameMap(t, "x = x⁰", maps.Map(0), newMap(d.H, d.W), 0)
	base := slices.Clone(f.Base)
	copy(base[2*d.C:3*d.C], one.Pix[2*d.C:])
	maps = must[*Maps](t)((&IntegratedGradients{Baseline: base, Steps: 3}).Explain(ctx, m, one, nil))
	if maps.Values[2] != 0 || maps.Values[3] == 0 {
		t.Errorf("pixel 2 equals the baseline's and gets %g; pixel 3 gets %g", maps.Values[2], maps.Values[3])
	}
}

// On a net with kinks, random and untrained: completeness within a share of the difference.
func TestIntegratedGradientsOfLeNet(t *testing.T) {
	ctx, m := context.Background(), nets.NewLeNet(open(t), 3)
	d := noise(rand.New(rand.NewPCG(3, 2)), 4, 28, 28)
	maps := must[*Maps](t)((&IntegratedGradients{}).Explain(ctx, m, d, []int32{1, 5, 9, Predicted}))
	_, zero, err := m.Predict(ctx, make([]float32, 28*28))
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.N {
		want := float64(maps.Logits[i] - zero[maps.Class[i]])
		if got := total(maps.Map(i)); math.Abs(got-want) > 0.02*math.Abs(want)+1e-3 {
			t.Errorf("image %d: the map sums to %g, and the logits differ by %g", i, got, want)
		}
	}
}

// Where the net reads one pixel, occlusion marks the places whose square covers it, and no others.
func TestOcclusionKnowsThePlace(t *testing.T) {
	ctx, b := context.Background(), open(t)
	for _, c := range []struct{ size, stride, row, column int }{{4, 2, 5, 2}, {3, 1, 0, 7}, {5, 2, 3, 3}, {2, 2, 7, 7}, {8, 4, 2, 6}, {1, 1, 4, 4}} {
		weights := newMap(8*8*2, 2)
		weights[(c.row*8+c.column)*2][0] = 3
		d := colours(rand.New(rand.NewPCG(2, 2)), 1, 8, 8)
		d.Pix[(c.row*8+c.column)*2] = 1
		maps := must[*Maps](t)((&Occlusion{Size: c.size, Stride: c.stride}).Explain(ctx, linear(b, 8, 8, weights), d, []int32{0}))
		for i, row := range maps.Map(0) {
			for j, v := range row {
				// the centre of place (i, j) in pixel edges, and a square around it, rounded up and left
				top, left := math.Floor(float64(i*c.stride)+float64(c.stride-c.size)/2), math.Floor(float64(j*c.stride)+float64(c.stride-c.size)/2)
				in := float64(c.row) >= top && float64(c.row) < top+float64(c.size) && float64(c.column) >= left && float64(c.column) < left+float64(c.size)
				want := 0.
				if in {
					want = 3
				}
				if !near(v, want, 1e-5) {
					t.Errorf("size %d, stride %d: place (%d, %d) is %g, want %g", c.size, c.stride, i, j, v, want)
				}
			}
		}
	}
}

func TestLocalContrast(t *testing.T) {
	ctx, rng := context.Background(), rand.New(rand.NewPCG(5, 5))
	d := colours(rng, 2, 5, 7)
	maps := must[*Maps](t)((&LocalContrast{Radius: 2}).Explain(ctx, nil, d, nil))
	for i := range d.N {
		want := newMap(5, 7)
		for y := range 5 {
			for x := range 7 {
				for ch := range 2 {
					sum, n := 0., 0.
					for v := max(0, y-2); v <= min(4, y+2); v++ {
						for u := max(0, x-2); u <= min(6, x+2); u++ {
							sum, n = sum+float64(d.Image(i)[(v*7+u)*2+ch]), n+1
						}
					}
					want[y][x] += math.Abs(float64(d.Image(i)[(y*7+x)*2+ch])-sum/n) / 2
				}
			}
		}
		sameMap(t, "local contrast", maps.Map(i), want, 1e-6)
	}
}

func TestCoarse(t *testing.T) {
	maps := &Maps{N: 1, H: 3, W: 4, Values: []float32{
		1, 2, 3, 4,
		5, 6, 7, 8,
		9, 9, 1, 2,
	}}
	sameMap(t, "Coarse", maps.Coarse(2).Map(0), [][]float64{{3.5, 5.5}, {9, 1.5}}, 1e-6)
	sameMap(t, "Coarse(1)", maps.Coarse(1).Map(0), maps.Map(0), 0)
	if up := must[[][][]float64](t)(maps.AtPixels(6, 8)); len(up) != 1 || !near(up[0][0][0], 1, 1e-12) || len(up[0]) != 6 {
		t.Errorf("AtPixels: %v", up)
	}
}

// The check's frame on a small random net: the trained net's own maps come first and the net itself stays as it is.
func TestSanityCheck(t *testing.T) {
	ctx, b := context.Background(), open(t)
	m, stages := small(b, Mean)
	d := noise(rand.New(rand.NewPCG(6, 1)), 5, 6, 4)
	layers := []string{"/logits", "/conv"}
	_, before, err := m.Predict(ctx, d.Pix)
	if err != nil {
		t.Fatal(err)
	}
	own := must[*Maps](t)((&CAM{Stages: stages}).Explain(ctx, m, d, nil))
	s, err := SanityCheck(ctx, &CAM{Stages: stages}, m, d, nil, layers, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Maps[0].Values, own.Values) || !near(s.Likeness[0], 1, 1e-12) || len(s.Likeness) != 3 || s.Method != "CAM" || s.Layers[2] != "/conv" {
		t.Errorf("%+v", s)
	}
	if slices.Equal(s.Maps[1].Values, own.Values) || slices.Equal(s.Maps[2].Values, s.Maps[1].Values) || !slices.Equal(s.Maps[2].Class, own.Class) {
		t.Error("a step changed nothing, or the class")
	}
	again, err := SanityCheck(ctx, &CAM{Stages: stages}, m, d, nil, layers, rand.New(rand.NewPCG(1, 1)))
	if err != nil || !slices.Equal(again.Likeness, s.Likeness) {
		t.Errorf("the same rng gives %v and %v (%v)", s.Likeness, again.Likeness, err)
	}
	if _, after, err := m.Predict(ctx, d.Pix); err != nil || !slices.Equal(before, after) {
		t.Errorf("the check changed the model (%v)", err)
	}
	edges, err := SanityCheck(ctx, &LocalContrast{Radius: 1}, m, d, nil, layers, rand.New(rand.NewPCG(1, 1)))
	if err != nil || edges.Passes(0.99) {
		t.Errorf("local contrast passes: %+v (%v)", edges, err)
	}
	if _, err := SanityCheck(ctx, &CAM{Stages: stages}, m, d, nil, []string{"/log"}, rand.New(rand.NewPCG(1, 1))); err == nil || !strings.Contains(err.Error(), `"/log"`) {
		t.Errorf("an unknown layer: %v", err)
	}
}

func TestTheFamilyRefuses(t *testing.T) {
	ctx, b := context.Background(), open(t)
	m, _ := small(b, Mean)
	d := noise(rand.New(rand.NewPCG(1, 1)), 2, 6, 4)
	for name, e := range map[string]Explainer{
		"a baseline of another size": &IntegratedGradients{Baseline: make([]float32, 5)},
		"negative steps":             &IntegratedGradients{Steps: -1},
		"negative size":              &Occlusion{Size: -3},
		"negative radius":            &LocalContrast{Radius: -1},
	} {
		func() {
			defer func() {
				if e, _ := recover().(string); !strings.HasPrefix(e, "explain: ") {
					t.Errorf("%s: panic %q", name, e)
				}
			}()
			e.Explain(ctx, m, d, nil)
		}()
	}
	d.Pix[30] = float32(math.NaN())
	for _, e := range []Explainer{&Saliency{}, &IntegratedGradients{Steps: 2}, &Occlusion{Size: 2}, &LocalContrast{}} {
		if _, err := e.Explain(ctx, m, d, []int32{0, 0}); err == nil || !strings.Contains(err.Error(), "image 1") {
			t.Errorf("%T: NaN in image 1: %v", e, err)
		}
	}
}
