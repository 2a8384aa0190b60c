// Package augment makes new pictures from pictures without changing what they show: shifts, turns, scalings, elastic
// deformations, noise; and the mirror and the large turns that change it after all.
//
// A picture is [h, w, c], row-major, as in datasets.Images. Orbit.go compares augmentation by a group with averaging over it.
package augment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"nncourse/lib/datasets"
)

// Func gives a changed copy of a picture x [h, w, c]; x stays as it is. What is random in it comes from rng.
type Func func(x []float32, h, w, c int, rng *rand.Rand) []float32

// Warp pulls a picture back along a map of the plane: the value at (x, y) is that of the old picture at from(x, y), between
// its pixels by bilinear interpolation,
//
//	v(x, y) = (1 − u)(1 − t)·p[j, i] + u(1 − t)·p[j, i+1] + (1 − u)t·p[j+1, i] + ut·p[j+1, i+1],   x = i + u, y = j + t,
//
// and 0 outside it. Column x = 0 … w−1 and row y = 0 … h−1 are the middles of the pixels. It panics unless len(pix) = h·w·c.
func Warp(pix []float32, h, w, c int, from func(x, y float64) (float64, float64)) []float32 {
	check(pix, h, w, c)
	out := make([]float32, len(pix))
	for row := range h {
		for col := range w {
			x, y := from(float64(col), float64(row))
			i, j := math.Floor(x), math.Floor(y)
			if !(i >= -1 && j >= -1 && i < float64(w) && j < float64(h)) { // NaN too
				continue
			}
			u, t := float32(x-i), float32(y-j)
			for k, share := range [4]float32{(1 - u) * (1 - t), u * (1 - t), (1 - u) * t, u * t} {
				a, b := int(i)+k&1, int(j)+k>>1
				if share == 0 || a < 0 || b < 0 || a >= w || b >= h {
					continue
				}
				for ch := range c {
					out[(row*w+col)*c+ch] += share * pix[(b*w+a)*c+ch]
				}
			}
		}
	}
	return out
}

func check(pix []float32, h, w, c int) {
	if h < 0 || w < 0 || c < 0 || len(pix) != h*w*c {
		panic(fmt.Sprintf("augment: %d values are no picture of %d×%d×%d", len(pix), h, w, c))
	}
}

// Shift moves a picture by whole pixels, each way by a number from −most to most, all equally likely. Zeros come in.
func Shift(most int) Func {
	return func(x []float32, h, w, c int, rng *rand.Rand) []float32 {
		dx, dy := float64(rng.IntN(2*most+1)-most), float64(rng.IntN(2*most+1)-most)
		return Warp(x, h, w, c, func(x, y float64) (float64, float64) { return x - dx, y - dy })
	}
}

// Affine turns a picture about its middle, scales, slants and shifts it. The zero value does nothing.
type Affine struct {
	Turn  float64 // largest angle (rad), counter-clockwise or clockwise; uniform in ±Turn
	Scale float64 // the two sides grow by independent factors e^s, s uniform in ±Scale
	Slant float64 // columns move by s·(their height above the middle), s uniform in ±Slant
	Shift float64 // pixels, uniform in ±Shift in each direction
}

// Func gives the transformation: with m the middle, a point p of the new picture shows the old one's point
//
//	A⁻¹(p − m − shift) + m,   A = turn · slant · scale.
func (a Affine) Func() Func {
	return func(pix []float32, h, w, c int, rng *rand.Rand) []float32 {
		within := func(most float64) float64 { return most * (2*rng.Float64() - 1) }
		turn := within(a.Turn)
		sx, sy, slant := math.Exp(within(a.Scale)), math.Exp(within(a.Scale)), within(a.Slant)
		return Moved(pix, h, w, c, turn, sx, sy, slant, within(a.Shift), within(a.Shift))
	}
}

// Moved is one transformation of Affine: turned by an angle, counter-clockwise as seen, after it was slanted and scaled,
// and then shifted by (dx, dy) pixels.
func Moved(pix []float32, h, w, c int, turn, sx, sy, slant, dx, dy float64) []float32 {
	sin, cos := math.Sincos(turn)
	mx, my := float64(w-1)/2, float64(h-1)/2
	return Warp(pix, h, w, c, func(x, y float64) (float64, float64) {
		x, y = x-mx-dx, y-my-dy
		x, y = cos*x-sin*y, sin*x+cos*y // rows point down
		x += slant * y
		return x/sx + mx, y/sy + my
	})
}

// Elastic bends a picture as if it were drawn on rubber (Simard, Steinkraus, Platt 2003): each pixel is pulled from a place
// that is off by a smooth random vector, made of uniform numbers in [−1, 1] for every pixel by a Gaussian of standard
// deviation sigma pixels, and scaled so that the root mean square of each of its coordinates is alpha pixels on the
// average over all draws, away from the border.
//
// The paper scales the filtered field by a factor instead (8 for σ = 4 on digits of 29×29); the pulls of this form do not
// change when sigma does.
func Elastic(alpha, sigma float64) Func {
	if !(alpha >= 0 && sigma > 0) {
		panic(fmt.Sprintf("augment: Elastic(%g, %g) needs alpha ≥ 0 and sigma > 0", alpha, sigma))
	}
	return func(pix []float32, h, w, c int, rng *rand.Rand) []float32 {
		dx, dy := Field(h, w, alpha, sigma, rng), Field(h, w, alpha, sigma, rng)
		return Warp(pix, h, w, c, func(x, y float64) (float64, float64) {
			p := int(y)*w + int(x)
			return x + dx[p], y + dy[p]
		})
	}
}

// Field is one coordinate of Elastic's pulls, [h, w].
//
// With independent uniform numbers of variance ⅓ and the kernel k ⊗ k, Σk = 1, the filtered ones have the variance
// ⅓(Σk²)², by which they are divided. Beyond the border there are zeros.
func Field(h, w int, alpha, sigma float64, rng *rand.Rand) []float64 {
	f := make([]float64, h*w)
	for p := range f {
		f[p] = 2*rng.Float64() - 1
	}
	squares := gaussian(f, h, w, sigma)
	for p := range f {
		f[p] *= alpha * math.Sqrt(3) / squares
	}
	return f
}

// gaussian filters f [h, w] in place with the kernel k ⊗ k, k_i ∝ e^(−i²/2σ²) cut off at ⌈3σ⌉ with Σk = 1, and returns Σk².
func gaussian(f []float64, h, w int, sigma float64) float64 {
	reach := int(math.Ceil(3 * sigma))
	k := make([]float64, 2*reach+1)
	sum, squares := 0.0, 0.0
	for i := range k {
		z := float64(i-reach) / sigma
		k[i] = math.Exp(-z * z / 2)
		sum += k[i]
	}
	for i := range k {
		k[i] /= sum
		squares += k[i] * k[i]
	}
	tmp := make([]float64, h*w)
	smooth := func(dst, src []float64, n, step, lines, next int) { // along lines of n numbers, step apart
		for l := range lines {
			for i := range n {
				v := 0.0
				for j := max(0, i-reach); j <= min(n-1, i+reach); j++ {
					v += k[j-i+reach] * src[l*next+j*step]
				}
				dst[l*next+i*step] = v
			}
		}
	}
	smooth(tmp, f, w, 1, h, w)
	smooth(f, tmp, h, w, w, 1)
	return squares
}

// Noise adds independent normal numbers of the given standard deviation to all values, and clips them to [0, 1].
func Noise(sigma float64) Func {
	return func(x []float32, h, w, c int, rng *rand.Rand) []float32 {
		check(x, h, w, c)
		out := make([]float32, len(x))
		for i, v := range x {
			out[i] = max(0, min(1, v+float32(sigma*rng.NormFloat64())))
		}
		return out
	}
}

// Mirror swaps left and right with probability ½.
func Mirror(x []float32, h, w, c int, rng *rand.Rand) []float32 {
	check(x, h, w, c)
	if rng.IntN(2) == 0 {
		return append([]float32(nil), x...)
	}
	return Warp(x, h, w, c, func(x, y float64) (float64, float64) { return float64(w-1) - x, y })
}

// Chain does one after the other. Without any it copies.
func Chain(fs ...Func) Func {
	return func(x []float32, h, w, c int, rng *rand.Rand) []float32 {
		check(x, h, w, c)
		x = append([]float32(nil), x...)
		for _, f := range fs {
			x = f(x, h, w, c, rng)
		}
		return x
	}
}

// Images gives copies of each picture of d with its label, all changed by f except the first of each: picture k·d.N + i is
// the k-th copy of picture i. A nil f gives copies alone. Each picture has a random stream of its own, so the result
// does not depend on the number of cores.
func Images(d *datasets.Images, copies int, f Func, rng *rand.Rand) *datasets.Images {
	if copies < 1 {
		panic(fmt.Sprintf("augment: Images with %d copies", copies))
	}
	return images(d, copies, d.N, f, rng)
}

// Changed gives one copy of each picture of d, changed by f, with its label: what a training epoch sees in place of d. As with
// Images, each picture has a random stream of its own.
func Changed(d *datasets.Images, f Func, rng *rand.Rand) *datasets.Images {
	return images(d, 1, 0, f, rng)
}

// images gives copies of each picture, changed by f from the picture whose number is kept on.
func images(d *datasets.Images, copies, kept int, f Func, rng *rand.Rand) *datasets.Images {
	size := d.H * d.W * d.C
	out := *d
	out.N = copies * d.N
	out.Pix = make([]float32, out.N*size)
	out.Labels = make([]int32, out.N)
	out.Source = fmt.Sprintf("%s; %d copies of each, changed at random", d.Source, copies)
	if kept == 0 {
		out.Source = d.Source + "; changed at random"
	}
	seeds := make([]uint64, out.N)
	for i := range seeds {
		seeds[i] = rng.Uint64()
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= out.N {
					return
				}
				x := d.Image(n % d.N)
				if f != nil && n >= kept {
					x = f(x, d.H, d.W, d.C, rand.New(rand.NewPCG(seeds[n], 0)))
				}
				copy(out.Pix[n*size:], x)
				out.Labels[n] = d.Labels[n%d.N]
			}
		})
	}
	wg.Wait()
	return &out
}
