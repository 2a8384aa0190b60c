package datasets

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

// vec is a point of the plane, x then y.
type vec [2]float64

func uniform(rng *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*rng.Float64() }

func clip(v float32) float32 { return max(0, min(1, v)) }

// balanced returns n labels in which every block of classes consecutive ones is a random permutation.
func balanced(n, classes int, rng *rand.Rand) []int32 {
	labels := make([]int32, 0, n+classes)
	for len(labels) < n {
		for _, l := range rng.Perm(classes) {
			labels = append(labels, int32(l))
		}
	}
	return labels[:n:n]
}

// seedsFor draws one seed an image, so that images can be drawn in any order and come out the same.
func seedsFor(n int, rng *rand.Rand) []uint64 {
	seeds := make([]uint64, n)
	for i := range seeds {
		seeds[i] = rng.Uint64()
	}
	return seeds
}

// parallel calls f(0) … f(n−1) on all cores, in no order.
func parallel(n int, f func(i int)) {
	const chunk = 32
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/chunk+1) {
		wg.Go(func() {
			for {
				lo := int(next.Add(chunk)) - chunk
				if lo >= n {
					return
				}
				for i := lo; i < min(lo+chunk, n); i++ {
					f(i)
				}
			}
		})
	}
	wg.Wait()
}

// spline returns points on the uniform Catmull-Rom curve through p, eight a piece:
//
//	q(t) = ½ [2p₁ + (p₂ − p₀)t + (2p₀ − 5p₁ + 4p₂ − p₃)t² + (3p₁ − p₀ − 3p₂ + p₃)t³],  0 ≤ t < 1 between p₁ and p₂.
//
// The ends are continued by reflection, a closed curve (first point = last) by itself.
func spline(p []vec) []vec {
	if len(p) < 3 {
		return append([]vec(nil), p...)
	}
	const steps = 8
	last := len(p) - 1
	at := func(i int) vec {
		closed := p[0] == p[last]
		switch {
		case i < 0 && closed:
			return p[last-1]
		case i > last && closed:
			return p[1]
		case i < 0:
			return vec{2*p[0][0] - p[1][0], 2*p[0][1] - p[1][1]}
		case i > last:
			return vec{2*p[last][0] - p[last-1][0], 2*p[last][1] - p[last-1][1]}
		}
		return p[i]
	}
	out := make([]vec, 0, last*steps+1)
	for i := range last {
		p0, p1, p2, p3 := at(i-1), at(i), at(i+1), at(i+2)
		for s := range steps {
			t := float64(s) / steps
			var q vec
			for a := range q {
				q[a] = 0.5 * (2*p1[a] + (p2[a]-p0[a])*t + (2*p0[a]-5*p1[a]+4*p2[a]-p3[a])*t*t + (3*p1[a]-p0[a]-3*p2[a]+p3[a])*t*t*t)
			}
			out = append(out, q)
		}
	}
	return append(out, p[last])
}

// penLine draws a poly-line into pix [h, w] with a round pen: a pixel whose centre has the distance δ to the line gets
// at least ink · clip(radius + ½ − δ). Line and radius are in pixels; the centre of pixel (x, y) is (x+½, y+½).
func penLine(pix []float32, h, w int, line []vec, radius float64, ink float32) {
	reach := radius + 0.5
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		dx, dy := b[0]-a[0], b[1]-a[1]
		len2 := dx*dx + dy*dy
		x0, x1 := max(0, int(math.Floor(min(a[0], b[0])-reach))), min(w-1, int(math.Ceil(max(a[0], b[0])+reach)))
		y0, y1 := max(0, int(math.Floor(min(a[1], b[1])-reach))), min(h-1, int(math.Ceil(max(a[1], b[1])+reach)))
		for y := y0; y <= y1; y++ {
			for x := x0; x <= x1; x++ {
				px, py := float64(x)+0.5-a[0], float64(y)+0.5-a[1]
				t := 0.0 // where on the segment its nearest point lies, 0 = a … 1 = b
				if len2 > 0 {
					t = max(0, min(1, (px*dx+py*dy)/len2))
				}
				ex, ey := px-t*dx, py-t*dy
				if d2 := ex*ex + ey*ey; d2 < reach*reach {
					v := ink * clip(float32(reach-math.Sqrt(d2)))
					pix[y*w+x] = max(pix[y*w+x], v)
				}
			}
		}
	}
}
