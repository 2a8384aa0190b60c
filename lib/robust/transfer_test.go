package robust_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/attack"
	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/robust"
)

// affine is the net of two classes with the logits (−wᵀx, wᵀx).
func affine(ctx context.Context, w []float64) (*nets.Model, error) {
	b, err := backend.New(ctx)
	if err != nil {
		return nil, err
	}
	rows := [][]float64{make([]float64, len(w)), w}
	for j, v := range w {
		rows[0][j] = -v
	}
	return &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{1, 1, len(w)}, Classes: 2,
		Logits: func(_ *model.Scope, x *graph.Node) *graph.Node {
			flat := graph.Reshape(x, x.Shape().Dimensions[0], len(w))
			return graph.Einsum("ni,oi->no", flat, graph.ConvertDType(graph.Const(x.Graph(), rows), dtypes.Float32))
		}}, nil
}

func dots(w []float64, x []float32) (s float64) {
	for j := range w {
		s += w[j] * float64(x[j])
	}
	return s
}

// For linear nets all is known: FGSM on net i moves x by −ε·y·sign(wᵢ) with y = ±1, so net j errs exactly if y·wⱼᵀx < ε·wⱼᵀsign(wᵢ);
// stretched, with stretch·ε.
func TestTransferOfLinearNets(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 7))
	const dim, n, count, eps = 12, 300, 3, 0.2
	w, models := make([][]float64, count), make([]*nets.Model, count)
	common := make([]float64, dim) // what the nets share
	for j := range common {
		common[j] = rng.NormFloat64()
	}
	for i := range w {
		for j := range common {
			w[i] = append(w[i], float64(float32(common[j]+0.7*rng.NormFloat64())))
		}
		var err error
		if models[i], err = affine(t.Context(), w[i]); err != nil {
			t.Fatal(err)
		}
	}
	d := &datasets.Images{Name: "points", N: n, H: 1, W: 1, C: dim, Labels: make([]int32, n)}
	for k := range n {
		for range dim {
			d.Pix = append(d.Pix, float32(rng.NormFloat64()))
		}
		if dots(common, d.Image(k)) > 0 {
			d.Labels[k] = 1
		}
	}
	c, err := robust.Craft(t.Context(), attack.FixedFGSM{Epsilon: eps}, models, d)
	if err != nil {
		t.Fatal(err)
	}
	y := func(k int) float64 { return 2*float64(d.Labels[k]) - 1 }
	var index []int
	for k := range n {
		if !slices.ContainsFunc(w, func(w []float64) bool { return y(k)*dots(w, d.Image(k)) < 0 }) {
			index = append(index, k)
		}
	}
	if !slices.Equal(c.Index, index) || c.Images.N != len(index) || len(index) == n {
		t.Fatalf("%d images that all nets label rightly, want %d, and fewer than %d", len(c.Index), len(index), n)
	}
	for _, stretch := range []float64{1, 2.5} {
		m, err := c.Matrix(t.Context(), stretch, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		rates := m.Rates()
		for i := range w {
			made := 0
			for j := range w {
				fooled, carried := 0, 0
				for _, k := range index {
					wrong := func(j int) bool {
						s := 0.0
						for e := range dim {
							s += w[j][e] * math.Copysign(1, w[i][e])
						}
						return y(k)*dots(w[j], d.Image(k)) < stretch*eps*s
					}
					if wrong(j) {
						fooled++
						if wrong(i) {
							carried++
						}
						if i == j {
							made++
						}
					}
				}
				if m.Fooled[i][j] != fooled || m.Carried[i][j] != carried || m.Agree[i][j] != carried { // of two classes only one is wrong
					t.Errorf("× %v, %d → %d: %d fooled, %d carried, %d agree; want %d, %d, %d", stretch, i, j, m.Fooled[i][j], m.Carried[i][j], m.Agree[i][j], fooled, carried, carried)
				}
				rate, lo, hi := m.Rate(i, j)
				if rate != float64(fooled)/float64(len(index)) || rates[i][j] != rate || !(lo <= rate && rate <= hi && hi-lo < 0.15) {
					t.Errorf("%d → %d: share %v in [%v, %v]", i, j, rate, lo, hi)
				}
			}
			if m.Made[i] != made {
				t.Errorf("made %d, want %d", m.Made[i], made)
			}
		}
		if own, off := m.Own(), m.Off(); math.Abs(own-(rates[0][0]+rates[1][1]+rates[2][2])/3) > 1e-12 || !(off > 0.01 && off < own) {
			t.Errorf("× %v: own %v, off %v", stretch, own, off)
		}
	}
}

// Clipped into a range so narrow that nothing moves, no example fools anyone.
func TestMatrixClips(t *testing.T) {
	m, err := affine(t.Context(), []float64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	d := &datasets.Images{Name: "ones", N: 1, H: 1, W: 1, C: 2, Pix: []float32{1, 1}, Labels: []int32{1}}
	c, err := robust.Craft(t.Context(), attack.FixedFGSM{Epsilon: 2}, []*nets.Model{m}, d)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		lo, hi float64
		want   int
	}{{0, 0, 1}, {0.5, 1, 0}, {-1, 1, 1}} {
		got, err := c.Matrix(t.Context(), 1, v.lo, v.hi)
		if err != nil || got.Fooled[0][0] != v.want {
			t.Errorf("[%v, %v]: %+v, error %v; want %d fooled", v.lo, v.hi, got, err, v.want)
		}
	}
}

func TestNothingToAttack(t *testing.T) {
	m, err := affine(t.Context(), []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	d := &datasets.Images{Name: "wrong", N: 1, H: 1, W: 1, C: 1, Pix: []float32{1}, Labels: []int32{0}}
	if _, err := robust.Transfer(t.Context(), attack.FixedFGSM{Epsilon: 2}, []*nets.Model{m}, d); err == nil || !strings.Contains(err.Error(), "of 1 images none") {
		t.Errorf("error %v", err)
	}
}

func TestHalves(t *testing.T) {
	d := &datasets.Images{Name: "numbers", N: 7, H: 1, W: 1, C: 1, Labels: make([]int32, 7)}
	for k := range 7 {
		d.Pix, d.Labels[k] = append(d.Pix, float32(k)), int32(k%3)
	}
	a, b := robust.Halves(d, rand.New(rand.NewPCG(1, 1)))
	all := slices.Concat(a.Pix, b.Pix)
	sorted := slices.Sorted(slices.Values(all))
	if a.N != 3 || b.N != 4 || !slices.Equal(sorted, d.Pix) || slices.Equal(all, sorted) {
		t.Errorf("halves %v and %v of %v", a.Pix, b.Pix, d.Pix)
	}
	for k, p := range all {
		if l := slices.Concat(a.Labels, b.Labels)[k]; l != int32(p)%3 {
			t.Errorf("image %v has the label %d", p, l)
		}
	}
}

// Two linear nets that weigh two pixels, the second with other signs: a step against the first net also harms the second, but not the other way round enough.
func ExampleTransfer() {
	ctx := context.Background()
	first, err := affine(ctx, []float64{2, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	second, _ := affine(ctx, []float64{1, -0.5})
	d := &datasets.Images{Name: "points", N: 2, H: 1, W: 1, C: 2, Pix: []float32{0.3, 0.2, 0.4, 0}, Labels: []int32{1, 1}}
	m, err := robust.Transfer(ctx, attack.FixedFGSM{Epsilon: 0.5}, []*nets.Model{first, second}, d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("examples made on net i that fool net j:", m.Fooled, "of", m.N)
	// Output: examples made on net i that fool net j: [[2 1] [0 2]] of 2
}
