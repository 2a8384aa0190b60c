package segment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Two rectangles a×b that are shifted by (dy, dx) share (a − dy)(b − dx) pixels, so IoU = s/(2ab − s).
func TestIoUOfRectangles(t *testing.T) {
	const h, w, a, b = 20, 30, 8, 12
	rect := func(y, x int) []uint8 {
		m := make([]uint8, h*w)
		for i := range a {
			for j := range b {
				m[(y+i)*w+x+j] = 1
			}
		}
		return m
	}
	base := rect(3, 4)
	for dy := range 10 {
		for dx := range 14 {
			shared := max(0, a-dy) * max(0, b-dx)
			want := float64(shared) / float64(2*a*b-shared)
			moved := rect(3+dy, 4+dx)
			c := Compare(2, base, moved)
			if got := IoU(base, moved); got != want || c.IoU(1) != want {
				t.Errorf("shift (%d, %d): IoU %g and %g, want %g", dy, dx, got, c.IoU(1), want)
			}
			wrong := 2 * (a*b - shared)
			if got, want := c.PixelAccuracy(), 1-float64(wrong)/(h*w); math.Abs(got-want) > 1e-15 {
				t.Errorf("shift (%d, %d): accuracy %g, want %g", dy, dx, got, want)
			}
			if got, want := c.IoU(0), float64(h*w-2*a*b+shared)/float64(h*w-shared); got != want {
				t.Errorf("shift (%d, %d): IoU of the rest %g, want %g", dy, dx, got, want)
			}
			if got, want := c.Dice(1), float64(shared)/(a*b); math.Abs(got-want) > 1e-15 {
				t.Errorf("shift (%d, %d): Dice %g, want %g", dy, dx, got, want)
			}
		}
	}
}

func TestConfusionOfThreeClasses(t *testing.T) {
	truth := []uint8{0, 0, 0, 1, 1, 2, 2, 2, 2, 0}
	guess := []uint8{0, 1, 0, 1, 2, 2, 2, 0, 2, 0}
	c := Compare(3, truth, guess)
	if want := (Confusion{{3, 1, 0}, {0, 1, 1}, {1, 0, 3}}); fmt.Sprint(c) != fmt.Sprint(want) {
		t.Fatalf("counts %v, want %v", c, want)
	}
	for k, want := range []float64{3. / 5, 1. / 3, 3. / 5} {
		if math.Abs(c.IoUs()[k]-want) > 1e-15 {
			t.Errorf("IoU of class %d: %g, want %g", k, c.IoUs()[k], want)
		}
	}
	if got, want := c.MeanIoU(), (3./5+1./3+3./5)/3; math.Abs(got-want) > 1e-15 {
		t.Errorf("mean IoU %g, want %g", got, want)
	}
	if c.PixelAccuracy() != 0.7 || c.Pixels() != 10 {
		t.Errorf("accuracy %g of %d pixels", c.PixelAccuracy(), c.Pixels())
	}
	sum := Compare(3, truth[:4], guess[:4])
	sum.Add(Compare(3, truth[4:], guess[4:]))
	if fmt.Sprint(sum) != fmt.Sprint(c) {
		t.Errorf("in two parts %v, at once %v", sum, c)
	}
	absent := Compare(3, []uint8{0, 1}, []uint8{0, 1})
	if !math.IsNaN(absent.IoU(2)) || absent.MeanIoU() != 1 {
		t.Errorf("an absent class: IoU %g, mean %g", absent.IoU(2), absent.MeanIoU())
	}
}

func TestEdgeCases(t *testing.T) {
	if !math.IsNaN(IoU([]uint8{0, 0}, []uint8{0, 0})) || IoU([]uint8{1, 0}, []uint8{0, 1}) != 0 || IoU([]uint8{1, 7}, []uint8{2, 1}) != 1 {
		t.Error("IoU of empty, of disjoint, of equal masks")
	}
	if each := EachIoU([]uint8{1, 1, 1, 0}, []uint8{1, 0, 1, 0}, 2); !slices.Equal(each, []float64{0.5, 1}) {
		t.Errorf("each: %v", each)
	}
	if m := Threshold([]float32{-1, 0, 0.5, float32(math.NaN())}, 0); !slices.Equal(m, []uint8{0, 0, 1, 0}) {
		t.Errorf("threshold: %v", m)
	}
	for name, f := range map[string]func(){
		"lengths": func() { IoU([]uint8{1}, nil) }, "class": func() { Compare(2, []uint8{2}, []uint8{0}) },
		"size": func() { MeanMask([]uint8{1, 0, 1}, 2) }, "side": func() { EdgeDistance([]uint8{1}, 2, 2) }, "overlay": func() { Overlay(nil, 2, nil, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// All 2⁸ constant masks of eight pixels: none is better than BestConstant's.
func TestBestConstant(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range 50 {
		const size, n = 8, 7
		masks := make([]uint8, n*size)
		for p := range masks {
			if rng.Float64() < 0.1+0.1*float64(p%size) {
				masks[p] = 1
			}
		}
		best := 0.0
		for code := range 1 << size {
			var all []uint8
			for range n {
				for p := range size {
					all = append(all, uint8(code>>p&1))
				}
			}
			if v := IoU(masks, all); v > best {
				best = v
			}
		}
		mask, iou := BestConstant(masks, size)
		var all []uint8
		for range n {
			all = append(all, mask...)
		}
		if math.Abs(iou-best) > 1e-6 || math.Abs(IoU(masks, all)-iou) > 1e-6 {
			t.Fatalf("IoU %g, measured %g, the best of all masks has %g", iou, IoU(masks, all), best)
		}
	}
}

// Against the definition, over all pairs of pixels.
func TestEdgeDistance(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	const h, w = 7, 9
	for range 40 {
		mask := make([]uint8, h*w)
		for p := range mask {
			if rng.Float64() < 0.1 {
				mask[p] = uint8(1 + rng.IntN(2))
			}
		}
		got := EdgeDistance(mask, h, w)
		for p := range mask {
			want := h + w
			for q := range mask {
				if mask[q] != mask[p] {
					dy, dx := p/w-q/w, p%w-q%w
					want = min(want, max(dy, -dy, dx, -dx))
				}
			}
			if got[p] != want {
				t.Fatalf("pixel %d: %d, want %d in %v", p, got[p], want, mask)
			}
		}
	}
}

func TestOverlay(t *testing.T) {
	out := Overlay([]float32{1, 1, 1, 1}, 1, []uint8{1, 0, 1, 0}, []uint8{1, 1, 0, 0})
	if len(out) != 12 || out[2] < out[0] || out[3] < out[5] || out[6] > 0.2 || out[9] != 1 {
		t.Errorf("%v", out)
	}
}

func ExampleConfusion() {
	// Nine in ten pixels are background, and the guess finds none of the object.
	truth := []uint8{1, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	c := Compare(2, truth, make([]uint8, 10))
	fmt.Printf("pixel accuracy %.2f, IoU of the object %.2f, of the rest %.2f, mean %.2f\n", c.PixelAccuracy(), c.IoU(1), c.IoU(0), c.MeanIoU())
	// Output: pixel accuracy 0.90, IoU of the object 0.00, of the rest 0.90, mean 0.45
}

func BenchmarkEdgeDistance(b *testing.B) {
	mask := make([]uint8, 64*64)
	for p := range mask {
		mask[p] = uint8(p / 64 / 40)
	}
	for b.Loop() {
		EdgeDistance(mask, 64, 64)
	}
}
