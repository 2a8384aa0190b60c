package nets_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/nets"
)

// The counts are the published ones: torchvision's vgg11 and resnet18; for the small residual nets those of the public
// reimplementations of the paper's Table 6 with option A (0.27 M, 0.46 M, 0.66 M, 0.85 M).
func TestParameterCounts(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	cifar := func(n int, plain bool) func(*model.Scope, *graph.Node) *graph.Node {
		return nets.ResNet{Blocks: n, Plain: plain, Classes: 10, Input: [3]int{32, 32, 3}}.Logits
	}
	for _, c := range []struct {
		name       string
		net        func(*model.Scope, *graph.Node) *graph.Node
		h, w, c    int
		parameters int
		classes    int
	}{
		{"VGG11", nets.VGG11.Logits, 224, 224, 3, 132_863_336, 1000},
		{"ResNet18", nets.ResNet18, 224, 224, 3, 11_689_512, 1000},
		{"ResNet-20", cifar(3, false), 32, 32, 3, 269_722, 10},
		{"ResNet-32", cifar(5, false), 32, 32, 3, 464_154, 10},
		{"ResNet-44", cifar(7, false), 32, 32, 3, 658_586, 10},
		{"ResNet-56", cifar(9, false), 32, 32, 3, 853_018, 10},
		{"plain-20", cifar(3, true), 32, 32, 3, 269_722, 10},
		{"DigitNet", nets.DigitNet, 32, 32, 1, 104 + 606 + 19328 + 1290, 10},
		{"DigitNet from 28×28", nets.DigitNet, 28, 28, 1, 21_328, 10},
	} {
		l, err := nets.LayoutOf(b, c.net, 2, c.h, c.w, c.c)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if l.Parameters() != c.parameters {
			t.Errorf("%s has %d parameters, want %d", c.name, l.Parameters(), c.parameters)
		}
		if !slices.Equal(l.Output, []int{2, c.classes}) {
			t.Errorf("%s gives %v, want [2 %d]", c.name, l.Output, c.classes)
		}
	}
	if _, err := nets.LayoutOf(b, nets.VGG11.Logits, 2, 32, 32, 3); err == nil || !strings.Contains(err.Error(), "224") {
		t.Errorf("VGG11 on 32×32: %v, want an error that names the size", err)
	}
}

// A residual block whose second batch normalisation scales by zero is the identity: the net then gives what its stem gives.
func TestResNetIsIdentityWithoutBranches(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	net := nets.ResNet{Blocks: 2, Widths: [3]int{4, 4, 4}, Classes: 3, Input: [3]int{8, 8, 1}}
	m := net.New(b, 1)
	pix := make([]float32, 2*8*8)
	for i := range pix {
		pix[i] = float32(math.Sin(float64(3*i + 1)))
	}
	if _, _, err := m.Predict(context.Background(), pix); err != nil { // makes the variables
		t.Fatal(err)
	}
	n := 0
	for v := range m.Store.IterVariables() {
		if strings.Contains(v.Path(), "second") && strings.HasSuffix(v.Path(), "/scale") {
			n++
			if err := v.SetValue(tensors.FromFlatDataAndDimensions(make([]float32, 4), 4)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n != 6 {
		t.Fatalf("%d branches were silenced, want 6", n)
	}
	values, dims, err := m.Outputs(pix, func(scope *model.Scope, x *graph.Node) []*graph.Node { return net.Stages(scope, x) })
	if err != nil {
		t.Fatal(err)
	}
	// stem, 6 blocks, logits; blocks 3 and 5 halve the places
	if want := [][]int{{2, 8, 8, 4}, {2, 8, 8, 4}, {2, 8, 8, 4}, {2, 4, 4, 4}, {2, 4, 4, 4}, {2, 2, 2, 4}, {2, 2, 2, 4}, {2, 3}}; !slices.EqualFunc(dims, want, slices.Equal) {
		t.Fatalf("shapes %v, want %v", dims, want)
	}
	at := func(stage, i, y, x, c int) float32 {
		d := dims[stage]
		return values[stage][((i*d[1]+y)*d[2]+x)*d[3]+c]
	}
	some := false
	for i := range 2 {
		for y := range 2 {
			for x := range 2 {
				for c := range 4 {
					if got, want := at(6, i, y, x, c), at(0, i, 4*y, 4*x, c); got != want {
						t.Errorf("last block [%d %d %d %d] = %g, the stem has %g there", i, y, x, c, got, want)
					}
					some = some || at(6, i, y, x, c) > 0
				}
			}
		}
	}
	if !some {
		t.Error("all values are zero: the test shows nothing")
	}
}

// Huang et al. 2016: linear decay from 1 to p_L, 1 − (l/L)(1 − p_L).
func TestSurvival(t *testing.T) {
	r := nets.ResNet{Blocks: 2, Survival: 0.5, Classes: 10, Input: [3]int{28, 28, 1}}
	var got []float64
	for l := 1; l <= 6; l++ {
		got = append(got, r.SurvivalAt(l))
	}
	for i, want := range []float64{11. / 12, 10. / 12, 9. / 12, 8. / 12, 7. / 12, 6. / 12} {
		if math.Abs(got[i]-want) > 1e-15 {
			t.Errorf("p_%d = %g, want %g", i+1, got[i], want)
		}
	}
	if p := (nets.ResNet{Blocks: 2}).SurvivalAt(6); p != 1 {
		t.Errorf("without stochastic depth p_L = %g, want 1", p)
	}
}

// A residual net has a gradient by its input and by every weight, through shortcuts that change the shape; a padded VGG has one by its
// input. By the input it is that of central differences.
func TestResNetAndVGGGradients(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name, net := range map[string]*nets.Model{
		"residual":   nets.ResNet{Blocks: 1, Widths: [3]int{2, 3, 4}, Classes: 3, Input: [3]int{6, 6, 1}}.New(b, 3),
		"padded VGG": nets.VGG{Stages: [][]int{{2}, {2}, {3}, {3}, {3}}, Classes: 3, Input: [3]int{32, 32, 1}}.New(b, 3),
	} {
		pix := make([]float32, net.Input[0]*net.Input[1])
		for i := range pix {
			pix[i] = float32(0.5 + 0.5*math.Sin(float64(7*i+1)))
		}
		v, _, err := net.Outputs(pix, func(scope *model.Scope, x *graph.Node) []*graph.Node {
			u := graph.Sin(graph.MulScalar(graph.Iota(x.Graph(), x.Shape(), 1), 1.3)) // the direction of the slope
			f := func(s float64) *graph.Node {
				return graph.ReduceAllSum(net.Logits(scope, graph.Add(x, graph.MulScalar(u, s))))
			}
			const h = 3e-4
			out := []*graph.Node{graph.ReduceAllSum(graph.Mul(graph.Gradient(f(0), x)[0], u)), graph.DivScalar(graph.Sub(f(h), f(-h)), 2*h)}
			var w []*graph.Node
			for v := range scope.Store().IterVariables() {
				if v.Trainable && strings.HasSuffix(v.Path(), "weights") {
					w = append(w, v.NodeValue(x.Graph()))
				}
			}
			return append(out, graph.Gradient(f(0), w...)...)
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// float32: sums of size 1 to 1e-7 over a step of 3e-4 leave two to three digits, and a kink may lie between
		if got, want := float64(v[0][0]), float64(v[1][0]); math.Abs(got-want) > 0.03*math.Abs(want) || want == 0 {
			t.Errorf("%s: the slope by x is %g, differences give %g", name, got, want)
		}
		if len(v) < 8 {
			t.Errorf("%s: %d gradients by weights", name, len(v)-2)
		}
		if name == "residual" {
			for i, g := range v[2:] {
				if !slices.ContainsFunc(g, func(x float32) bool { return x != 0 }) {
					t.Errorf("%s: gradient %d by weights is zero", name, i)
				}
			}
		}
	}
}
