package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Points is a labelled set of points of the plane.
type Points struct {
	X      [][2]float64 // [n], x then y
	Y      []int        // [n], the class of each point, from 0
	Source string       // one line for a caption: what was generated, with which noise
}

// Columns returns the coordinates of the points of one class, as plots want them.
func (p *Points) Columns(class int) (x, y []float64) {
	for i, c := range p.Y {
		if c == class {
			x, y = append(x, p.X[i][0]), append(y, p.X[i][1])
		}
	}
	return x, y
}

// Classes returns the number of classes: one more than the largest label.
func (p *Points) Classes() int {
	k := 0
	for _, c := range p.Y {
		k = max(k, c+1)
	}
	return k
}

// generate makes a set of n points round at(class): point i is of class i mod classes, so that the classes are balanced to within one,
// and the points are then shuffled.
func generate(name string, n, classes int, noise float64, rng *rand.Rand, at func(class int) vec) *Points {
	if n < 0 || noise < 0 || math.IsNaN(noise) || math.IsInf(noise, 0) {
		panic(fmt.Sprintf("datasets: %s(%d, noise %g): the number and the noise must be finite and not negative", name, n, noise))
	}
	p := &Points{X: make([][2]float64, n), Y: make([]int, n), Source: fmt.Sprintf("%s, %d points, noise %g (generated)", name, n, noise)}
	for i := range n {
		c := i % classes
		q := at(c)
		p.X[i] = [2]float64{q[0] + noise*rng.NormFloat64(), q[1] + noise*rng.NormFloat64()}
		p.Y[i] = c
	}
	rng.Shuffle(n, func(i, j int) {
		p.X[i], p.X[j] = p.X[j], p.X[i]
		p.Y[i], p.Y[j] = p.Y[j], p.Y[i]
	})
	return p
}

// TwoMoons returns two interlocked half circles, classes 0 and 1, t uniform on [0, π], noise the standard deviation
// of the normal noise on each coordinate:
//
//	class 0: (cos t, sin t)        class 1: (1 − cos t, ½ − sin t)
//
// Without noise the points lie in [−1, 2] × [−½, 1], and no line separates the classes.
func TwoMoons(n int, noise float64, rng *rand.Rand) *Points {
	return generate("two moons", n, 2, noise, rng, func(c int) vec {
		sin, cos := math.Sincos(math.Pi * rng.Float64())
		if c == 0 {
			return vec{cos, sin}
		}
		return vec{1 - cos, 0.5 - sin}
	})
}

// Circles returns two circles round the origin, class 0 of radius 1 and class 1 of radius ½, t uniform on [0, 2π).
// The lift (x, y) ↦ (x, y, x² + y²) makes the classes separable by a plane while the noise stays small beside ¼.
func Circles(n int, noise float64, rng *rand.Rand) *Points {
	return generate("circles", n, 2, noise, rng, func(c int) vec {
		sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
		r := 1 / float64(1+c)
		return vec{r * cos, r * sin}
	})
}

// Spirals returns arms intertwined spirals of one and a half turns, classes 0 … arms−1, u uniform on [0, 1]:
//
//	r = 0.1 + 0.9u,   φ = 3πu + 2πc/arms,   (r cos φ, r sin φ)
//
// Two arms are about 0.3 apart, so a noise above 0.1 mixes them. It panics unless arms ≥ 2.
func Spirals(n, arms int, noise float64, rng *rand.Rand) *Points {
	if arms < 2 {
		panic(fmt.Sprintf("datasets: Spirals with %d arms: at least two are needed", arms))
	}
	return generate(fmt.Sprintf("%d spirals", arms), n, arms, noise, rng, func(c int) vec {
		u := rng.Float64()
		r := 0.1 + 0.9*u
		sin, cos := math.Sincos(3*math.Pi*u + 2*math.Pi*float64(c)/float64(arms))
		return vec{r * cos, r * sin}
	})
}

// XOR returns points uniform on [−1, 1]², class 1 where x·y < 0 and class 0 elsewhere: the exclusive or of the two
// signs. The noise is added after the class is given, so it moves points over the border. The classes are balanced
// to within one.
func XOR(n int, noise float64, rng *rand.Rand) *Points {
	return generate("XOR", n, 2, noise, rng, func(c int) vec {
		x, y := rng.Float64(), rng.Float64()
		if rng.IntN(2) == 1 {
			x, y = -x, -y
		}
		if c == 1 {
			y = -y
		}
		return vec{x, y}
	})
}

// Blobs returns one normal cloud with standard deviation sigma on each coordinate round each of the centres; the
// class is the centre's index. It panics without a centre.
func Blobs(n int, centres [][2]float64, sigma float64, rng *rand.Rand) *Points {
	if len(centres) == 0 {
		panic("datasets: Blobs without a centre")
	}
	return generate(fmt.Sprintf("%d Gaussian blobs", len(centres)), n, len(centres), sigma, rng, func(c int) vec {
		return centres[c]
	})
}
