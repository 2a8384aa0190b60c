package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func roads(n int, opt RoadOptions, seed uint64) *RoadImages {
	return RoadScenesWith(n, opt, rand.New(rand.NewPCG(seed, 0)))
}

func TestRoadScenesSeeded(t *testing.T) {
	a, b, c := RoadScenes(9, rand.New(rand.NewPCG(4, 0))), roads(9, RoadOptions{}, 4), roads(9, RoadOptions{}, 5)
	if !slices.Equal(a.Pix, b.Pix) || !slices.Equal(a.Mask, b.Mask) || !slices.Equal(a.Labels, b.Labels) {
		t.Error("one seed, two sets")
	}
	if slices.Equal(a.Pix, c.Pix) || slices.Equal(a.Mask, c.Mask) {
		t.Error("two seeds, one set")
	}
}

func TestRoadScenesProperties(t *testing.T) {
	d := roads(200, RoadOptions{}, 1)
	if d.H != 64 || d.W != 64 || d.C != 3 || len(d.Pix) != 200*64*64*3 || len(d.Mask) != 200*64*64 || len(d.Classes) != 4 {
		t.Fatalf("%d×%d×%d, %d values, %d mask pixels", d.H, d.W, d.C, len(d.Pix), len(d.Mask))
	}
	if got := d.Counts(); !slices.Equal(got, []int{50, 50, 50, 50}) {
		t.Errorf("weather %v", got)
	}
	for p, v := range d.Pix {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("value %d is %g", p, v)
		}
	}
	whole := 0
	for i := range d.N {
		m := d.MaskOf(i)
		road, top := 0, 0
		for p, v := range m {
			if v > 1 {
				t.Fatalf("image %d: mask value %d", i, v)
			}
			road += int(v)
			if p < 64*64/5 {
				top += int(v)
			}
		}
		whole += road
		if road < 100 || road > 64*64*6/10 || top > 0 {
			t.Errorf("image %d: %d pixels of road, %d of them in the sky", i, road, top)
		}
	}
	if share := float64(whole) / float64(len(d.Mask)); share < 0.15 || share > 0.35 {
		t.Errorf("%.2f of all pixels are road", share)
	}
}

// Without things on it, a road is one run of pixels in each row, and its width grows downwards as the perspective says:
// a straight, level road of half width w has the width 2wt in units of the image's height, t = (v − v₀)/(1 − v₀).
func TestRoadPerspective(t *testing.T) {
	const h, w = 200, 400
	for seed := range uint64(20) {
		s := newScene(int(seed%4), rand.New(rand.NewPCG(seed, 7)))
		s.things, s.sin, s.cos = nil, 0, 1
		if seed < 10 {
			s.bend1, s.bend2 = 0, 0
		}
		mask := make([]uint8, h*w)
		s.render(make([]float32, 3*h*w), mask, h, w, 0, rand.New(rand.NewPCG(1, 1)))
		for y := range h {
			row := mask[y*w : (y+1)*w]
			n, runs := 0, 0
			for x, v := range row {
				n += int(v)
				if v == 1 && (x == 0 || row[x-1] == 0) {
					runs++
				}
			}
			at := ((float64(y)+0.5)/h - s.v0) / (1 - s.v0)
			if at <= 1/s.end {
				if n != 0 {
					t.Fatalf("seed %d, row %d: %d pixels of road beyond the crest", seed, y, n)
				}
				continue
			}
			if runs > 1 || runs == 0 && seed < 10 {
				t.Fatalf("seed %d, row %d: %d pieces of road", seed, y, runs)
			}
			if whole := row[0] == 0 && row[w-1] == 0; whole && runs == 1 {
				if want := 2 * s.half * at * h; math.Abs(float64(n)-want) > 1 {
					t.Fatalf("seed %d, row %d: %d pixels wide, want %.1f", seed, y, n, want)
				}
			}
		}
	}
}

// A car in the middle of the road takes its own pixels out of the mask, and no others.
func TestRoadCarHides(t *testing.T) {
	const h, w = 120, 120
	s := newScene(1, rand.New(rand.NewPCG(3, 7)))
	s.sin, s.cos, s.things = 0, 1, nil
	s.bend1, s.bend2, s.head, s.off = 0, 0, 0, 0
	draw := func() []uint8 {
		mask := make([]uint8, h*w)
		s.render(make([]float32, 3*h*w), mask, h, w, 0, rand.New(rand.NewPCG(1, 1)))
		return mask
	}
	empty := draw()
	car := thing{z: 2, foot: s.v0 + (1-s.v0)/2, half: 0.05, height: 0.08}
	s.things = []thing{car}
	hidden := 0
	for p, v := range draw() {
		x, y := (float64(p%w)+0.5-w/2)/h, (float64(p/w)+0.5)/h
		_, in := car.at(x, y, 0)
		if want := empty[p] == 1 && !in; (v == 1) != want {
			t.Fatalf("pixel (%d, %d): road %d, want %t", p%w, p/w, v, want)
		}
		if in && empty[p] == 1 {
			hidden++
		}
	}
	if hidden < 20 {
		t.Errorf("the car hides %d pixels of road", hidden)
	}
}

// A wider image shows the same scene in its middle, as far as it is not random by pixel.
func TestRoadScenesSizes(t *testing.T) {
	narrow, wide, large := roads(8, RoadOptions{Noise: -1}, 2), roads(8, RoadOptions{W: 128, Noise: -1}, 2), roads(8, RoadOptions{H: 128, W: 128, Noise: -1}, 2)
	differ := 0
	for i := range narrow.N {
		for y := range 64 {
			for x := range 64 {
				p, q := y*64+x, y*128+x+32
				if narrow.MaskOf(i)[p] != wide.MaskOf(i)[q] {
					t.Fatalf("image %d: (%d, %d) is road in one width only", i, x, y)
				}
				for a := range 3 {
					if narrow.Image(i)[3*p+a] != wide.Image(i)[3*q+a] {
						t.Fatalf("image %d: (%d, %d) differs in two widths", i, x, y)
					}
				}
				if narrow.MaskOf(i)[p] != large.MaskOf(i)[2*y*128+2*x] {
					differ++
				}
			}
		}
	}
	if differ > 8*64*64/50 {
		t.Errorf("at twice the size %d pixels of the mask differ", differ)
	}
	part := wide.Slice(3, 6)
	if part.N != 3 || &part.MaskOf(0)[0] != &wide.MaskOf(3)[0] || &part.Image(2)[0] != &wide.Image(5)[0] {
		t.Error("Slice")
	}
	some := wide.Subset([]int{5, 2})
	if !slices.Equal(some.MaskOf(1), wide.MaskOf(2)) || !slices.Equal(some.Image(0), wide.Image(5)) || some.Labels[0] != wide.Labels[5] {
		t.Error("Subset")
	}
}

func TestRoadScenesPanics(t *testing.T) {
	for _, opt := range []RoadOptions{{H: 4}, {W: -64}, {Noise: math.NaN()}, {Noise: -2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v: no panic", opt)
				}
			}()
			roads(1, opt, 1)
		}()
	}
}

func ExampleRoadScenes() {
	d := RoadScenes(4, rand.New(rand.NewPCG(1, 0)))
	fmt.Println(d.Source, len(d.Image(0)), len(d.MaskOf(0)))
	// Output: road scenes with masks, 4 images of 64×64 (generated) 12288 4096
}

func BenchmarkRoadScene(b *testing.B) {
	for b.Loop() {
		RoadScenes(1, rand.New(rand.NewPCG(1, 0)))
	}
}
