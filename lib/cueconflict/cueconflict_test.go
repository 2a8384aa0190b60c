package cueconflict_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nncourse/lib/cueconflict"
	"nncourse/lib/datasets"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 604)) }

var small = datasets.ShapeOptions{Side: 28, MinRadius: 7, MaxRadius: 12, Clutter: -1}

// TestTraining checks which cue tells the class: the labels are one cue, and the other is independent of it, or the same.
func TestTraining(t *testing.T) {
	const n = 2000
	for tells, want := range map[cueconflict.Cue][2]int{ // images on which the label is the shape, the texture
		cueconflict.Texture: {n / 10, n},
		cueconflict.Both:    {n, n},
		cueconflict.Shape:   {n, n / 10},
	} {
		d := cueconflict.Training(n, tells, small, source(1))
		var got [2]int
		pairs := map[[2]int32]int{}
		for i, y := range d.Labels {
			if y == d.Shape[i] {
				got[0]++
			}
			if y == d.Texture[i] {
				got[1]++
			}
			pairs[[2]int32{d.Shape[i], d.Texture[i]}]++
		}
		for k, w := range want {
			slack := 0
			if w == n/10 {
				slack = 54 // four deviations, √(2000·0.1·0.9) = 13.4 each
			}
			if d := got[k] - w; d > slack || -d > slack {
				t.Errorf("%v: the label is the cue %d on %d images, want %d", tells, k, got[k], w)
			}
		}
		if pairsWant := map[bool]int{true: 10, false: 100}[tells == cueconflict.Both]; len(pairs) != pairsWant {
			t.Errorf("%v: %d pairs of shape and texture, want %d", tells, len(pairs), pairsWant)
		}
	}
}

func TestMixed(t *testing.T) {
	for _, share := range []float64{0, 0.25, 0.5, 1} {
		d := cueconflict.Mixed(400, share, small, source(2))
		own := cueconflict.Training(400, cueconflict.Both, small, source(2))
		same, differ := 0, 0
		for i := range d.N {
			if slices.Equal(d.Image(i), own.Image(i)) {
				same++
			}
			if d.Texture[i] != d.Shape[i] {
				differ++
			}
			if d.Labels[i] != d.Shape[i] {
				t.Fatalf("share %v: image %d has label %d, shape %d", share, i, d.Labels[i], d.Shape[i])
			}
		}
		random := 400 * share
		if float64(400-same) != random {
			t.Errorf("share %v: %d images changed", share, 400-same)
		}
		if math.Abs(float64(differ)-0.9*random) > 4*math.Sqrt(0.09*random) {
			t.Errorf("share %v: %d textures are not the shape's own", share, differ)
		}
	}
}

// TestCount holds the counting to a classifier of which the bias is known: it answers the shape with probability p, the texture
// with probability q, and else a third class.
func TestCount(t *testing.T) {
	d := cueconflict.Conflicts(3000, small, source(3))
	const p, q = 0.5, 0.3
	rng := source(4)
	answers := make([]int32, d.N)
	for i := range answers {
		switch u := rng.Float64(); {
		case u < p:
			answers[i] = d.Shape[i]
		case u < p+q:
			answers[i] = d.Texture[i]
		default:
			answers[i] = d.Shape[i]
			for answers[i] == d.Shape[i] || answers[i] == d.Texture[i] {
				answers[i] = rng.Int32N(10)
			}
		}
	}
	r := cueconflict.Count(answers, d)
	sum := r.Total()
	if n := sum.Shape + sum.Texture + sum.Other; n != d.N || r.Agree != 0 {
		t.Errorf("%d counted, %d agree", n, r.Agree)
	}
	bias, lo, hi := sum.Bias()
	if !(lo < p/(p+q) && p/(p+q) < hi) || !(lo < bias && bias < hi) || hi-lo > 0.05 {
		t.Errorf("bias %.3f in %.3f … %.3f, true %.3f", bias, lo, hi, p/(p+q))
	}
	if e := sum.Either(); math.Abs(e-(p+q)) > 0.03 {
		t.Errorf("either %.3f", e)
	}
	for c, by := range r.By {
		if n := by.Shape + by.Texture + by.Other; n != 300 {
			t.Errorf("class %d: %d images", c, n)
		}
	}
	// pure observers
	if s, _, hi := cueconflict.Count(d.Shape, d).Total().Bias(); s != 1 || hi != 1 {
		t.Errorf("answers by shape have the bias %v", s)
	}
	if s, lo, _ := cueconflict.Count(d.Texture, d).Total().Bias(); s != 0 || lo != 0 {
		t.Errorf("answers by texture have the bias %v", s)
	}
	// cues that agree are left out
	m := cueconflict.Training(50, cueconflict.Both, small, source(5))
	if r := cueconflict.Count(m.Shape, m); r.Agree != 50 || r.Total() != (cueconflict.Counts{}) {
		t.Errorf("matched cues: %+v", r)
	}
	if b, lo, hi := (cueconflict.Counts{Other: 3}).Bias(); !math.IsNaN(b) || !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("no decision: %v, %v, %v", b, lo, hi)
	}
	// adding
	twice := cueconflict.Count(answers, d)
	twice.Add(r)
	if twice.Total() != (cueconflict.Counts{Shape: 2 * sum.Shape, Texture: 2 * sum.Texture, Other: 2 * sum.Other}) {
		t.Errorf("added: %+v", twice.Total())
	}
}

// TestPublished holds the counts to the shape biases that the paper prints, in per cent, for people and four networks (Fig. 4). For the
// network on Stylized-ImageNet it prints 81.4; the trials give 80.6, which is held here.
func TestPublished(t *testing.T) {
	want := map[string]float64{"Humans": 95.9, "AlexNet": 42.9, "VGG-16": 17.2, "GoogLeNet": 31.2, "ResNet-50": 22.1, "ResNet-50 on Stylized-ImageNet": 80.6}
	all := cueconflict.Published()
	if len(all) != len(want) {
		t.Fatalf("%d observers", len(all))
	}
	for _, o := range all {
		bias, _, _ := o.Total().Bias()
		if math.Abs(100*bias-want[o.Name]) > 0.05 {
			t.Errorf("%s: %.2f %%, want %.1f %%", o.Name, 100*bias, want[o.Name])
		}
		trials := 75 // of each class, and every observer
		if o.Name == "Humans" {
			trials *= 10
		}
		for c, by := range o.By {
			if n := by.Shape + by.Texture + by.Other; n != trials {
				t.Errorf("%s, %s: %d trials, want %d", o.Name, o.Classes[c], n, trials)
			}
		}
	}
	all[0].By[0].Shape = -1
	if cueconflict.Published()[0].By[0].Shape == -1 {
		t.Error("a caller can change the published counts")
	}
}

func TestPanics(t *testing.T) {
	d := cueconflict.Conflicts(10, small, source(1))
	bad := cueconflict.Conflicts(10, small, source(1))
	bad.Shape[3] = -1
	for name, f := range map[string]func(){
		"cue":   func() { cueconflict.Training(10, 3, small, source(1)) },
		"share": func() { cueconflict.Mixed(10, math.NaN(), small, source(1)) },
		"count": func() { cueconflict.Count(d.Shape[:9], d) },
		"class": func() { cueconflict.Count(d.Shape, bad) },
		"add":   func() { (&cueconflict.Result{}).Add(cueconflict.Count(d.Shape, d)) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "cueconflict: ") {
					t.Errorf("%s: recovered %v", name, s)
				}
			}()
			f()
		}()
	}
}

func ExampleCount() {
	d := cueconflict.Conflicts(200, datasets.ShapeOptions{Side: 28}, rand.New(rand.NewPCG(1, 0)))
	answers := slices.Clone(d.Shape)     // an observer who goes by shape,
	copy(answers[:150], d.Texture[:150]) // except on the first 150 images
	bias, lo, hi := cueconflict.Count(answers, d).Total().Bias()
	fmt.Printf("shape bias %.2f, between %.2f and %.2f\n", bias, lo, hi)
	// Output: shape bias 0.25, between 0.20 and 0.31
}
