package highdim

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The lecture's two numbers, in the right places, and that edge^p is the share again.
func TestEdge(t *testing.T) {
	near(t, "the edge for a tenth", Edge(0.1, 10), 0.794328234724282, 1e-15)
	near(t, "the edge for a hundredth", Edge(0.01, 10), 0.630957344480193, 1e-15)
	for _, p := range []int{1, 2, 3, 50, 1000} {
		for _, s := range []float64{0, 1e-300, 0.2, 1} {
			near(t, "edge^p", math.Pow(Edge(s, p), float64(p)), s, 1e-12)
		}
	}
}

// Volumes in closed form, the recursion V_p = 2π/p·V_{p−2}, the largest at p = 5, and a count of random points.
func TestBall(t *testing.T) {
	for p, want := range []float64{0, 2, math.Pi, 4 * math.Pi / 3, math.Pi * math.Pi / 2, 8 * math.Pi * math.Pi / 15} {
		if p > 0 {
			near(t, "volume", BallVolume(1, p), want, 1e-14)
			near(t, "volume of radius 3", BallVolume(3, p), want*math.Pow(3, float64(p)), 1e-13)
		}
	}
	for p := 3; p < 400; p++ {
		near(t, "log V_p − log V_{p−2}", LogBallVolume(1, p)-LogBallVolume(1, p-2), math.Log(2*math.Pi/float64(p)), 1e-12)
		if BallVolume(1, p) > BallVolume(1, 5) {
			t.Errorf("the ball of %d dimensions is larger than that of 5", p)
		}
	}
	near(t, "the share in ten dimensions", InscribedShare(10), math.Pow(math.Pi, 5)/122880, 1e-15) // π⁵/5!/2¹⁰
	rng := rand.New(rand.NewPCG(1, 8))
	x := make([]float64, 4)
	inside := 0
	const n = 40000
	for range n {
		Cube(x, rng)
		if Distance(x, []float64{0.5, 0.5, 0.5, 0.5}) <= 0.5 {
			inside++
		}
	}
	near(t, "counted share", float64(inside)/n, InscribedShare(4), 5*math.Sqrt(0.25/n)) // 5σ
	near(t, "shell", ShellShare(0.1, 10), 1-math.Pow(0.9, 10), 1e-14)
	near(t, "thin shell", ShellShare(1e-17, 10)/1e-16, 1, 1e-14)
	near(t, "whole", ShellShare(1, 3), 1, 0)
}

// Points in the ball: inside, mean 0, E x_i² = 1/(p+2), and r^p uniform.
func TestBallPoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 8))
	for _, p := range []int{1, 2, 5, 40} {
		const n = 20000
		mean, square, power := make([]float64, p), 0.0, 0.0
		for _, x := range Points(n, p, Ball, rng) {
			r := Distance(x, make([]float64, p))
			if r > 1 {
				t.Fatalf("a point at %v", r)
			}
			for i, v := range x {
				mean[i] += v / n
			}
			square += x[0] * x[0] / n
			power += math.Pow(r, float64(p)) / n
		}
		near(t, "E r^p", power, 0.5, 5*math.Sqrt(1./12/n))
		near(t, "E x²", square, 1/float64(p+2), 5*0.3/math.Sqrt(n))
		for _, m := range mean {
			near(t, "mean", m, 0, 5*0.6/math.Sqrt(n))
		}
	}
}

// The closed forms: P(nearest > median) is a half, the median of Hastie et al. for p = 10, n = 500 is "about 0.52", the mean is the integral, and
// simulation agrees within 4σ.
func TestNearestToCentre(t *testing.T) {
	near(t, "the textbook's", MedianNearest(500, 10), 0.5178, 1e-4)
	rng := rand.New(rand.NewPCG(3, 8))
	for _, c := range [][2]int{{1, 1}, {10, 2}, {100, 5}, {500, 10}, {20, 100}} {
		n, p := c[0], c[1]
		for _, q := range []float64{0.1, 0.5, 0.99} {
			r := QuantileNearest(q, n, p)
			near(t, "P(all farther)", math.Pow(1-math.Pow(r, float64(p)), float64(n)), 1-q, 1e-12)
		}
		// ∫₀¹ (1 − r^p)^n dr by Simpson
		integral := 0.0
		const m = 20000
		for i := 0; i <= m; i++ {
			w := 2. + 2*float64(i%2)
			if i == 0 || i == m {
				w = 1
			}
			integral += w / (3 * m) * math.Pow(1-math.Pow(float64(i)/m, float64(p)), float64(n))
		}
		near(t, "mean", MeanNearest(n, p), integral, 1e-8)
		const runs = 400
		below, mean, square := 0, 0.0, 0.0
		for range runs {
			d := NearestToCentre(n, p, rng)
			if d < MedianNearest(n, p) {
				below++
			}
			mean += d / runs
			square += d * d / runs
		}
		near(t, "share below the median", float64(below)/runs, 0.5, 4*0.5/math.Sqrt(runs))
		near(t, "measured mean", mean, MeanNearest(n, p), 4*math.Sqrt((square-mean*mean)/runs))
	}
	near(t, "the largest of one point", QuantileNearest(1, 3, 2), 1, 0)
}

func TestNearest(t *testing.T) {
	i, d := Nearest([][]float64{{3, 4}, {1, 0}, {0, 1}}, []float64{0, 0})
	if i != 1 || d != 1 {
		t.Errorf("nearest %d at %v", i, d)
	}
}

// Distances in the cube: moments of the square, one coordinate's by hand (E(x−y)² = 1/6, E(x−y)⁴ = 1/15), and the concentration.
func TestDistances(t *testing.T) {
	mean, variance := SquaredDistance(1)
	near(t, "E(x − y)²", mean, 1./6, 1e-15)
	near(t, "its variance", variance, 1./15-1./36, 1e-15)
	rng := rand.New(rand.NewPCG(4, 8))
	last := math.Inf(1)
	for _, p := range []int{1, 3, 30, 1000} {
		var sum, square float64
		const runs, n = 200, 20
		spread := 0.0
		for range runs {
			d := Distances(n, p, rng)
			spread += (slices.Max(d) - slices.Min(d)) / slices.Min(d) / runs
			sum += d[0] * d[0] / runs // one each: the others share a point
			square += math.Pow(d[0], 4) / runs
		}
		m, v := SquaredDistance(p)
		near(t, "E d²", sum/m, 1, 4*math.Sqrt(v/runs)/m)
		near(t, "Var d²", (square-sum*sum)/v, 1, 0.5)
		if !(spread < last) {
			t.Errorf("%d dimensions: (farthest − nearest)/nearest is %v, it was %v", p, spread, last)
		}
		last = spread
	}
	if last > 0.12 {
		t.Errorf("1000 dimensions: the farthest is still %v farther", last)
	}
}

// PerAxis values are enough, and one fewer are not; the counts multiply.
func TestGrid(t *testing.T) {
	for _, eps := range []float64{1, 0.5, 0.3, 0.1, 0.05, 1. / 3, 0.01, 1e-4} {
		reach := func(m int) bool { return 1/(2*float64(m)) <= eps*(1+1e-12) } // half of the gap between m equal cells' centres
		m := PerAxis(eps)
		if !reach(m) || m > 1 && reach(m-1) {
			t.Errorf("ε = %v: %d values", eps, m)
		}
	}
	if got := GridPoints(0.1, 10); got.Cmp(big.NewInt(9765625)) != 0 {
		t.Errorf("5¹⁰ is %v", got)
	}
	near(t, "log samples", LogSamples(0.1, 36_000_000), 36e6, 1e-12)
	near(t, "log samples", LogSamples(0.01, 3), 6, 1e-12)
}

// The function that fools is 0 at the points, and 1-Lipschitz.
func TestFool(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 8))
	points := Points(30, 4, Cube, rng)
	f := Fool(points)
	for _, x := range points {
		if f(x) != 0 {
			t.Errorf("f is %v at a point", f(x))
		}
	}
	x := Points(50, 4, Cube, rng)
	for i := range x {
		for j := range i {
			if d := math.Abs(f(x[i]) - f(x[j])); d > Distance(x[i], x[j])*(1+1e-12) {
				t.Errorf("f changes by %v over %v", d, Distance(x[i], x[j]))
			}
		}
	}
}

func TestParameters(t *testing.T) {
	for _, c := range []struct{ got, want int }{
		{DenseParameters(36_000_000, 100), 3_600_000_100}, // the lecture's 3.6 billion, and 100 biases
		{DenseParameters(784, 100), 78500},
		{ConvParameters(5, 1, 6), 156}, // LeNet's first layer
		{LocalParameters(28, 28, 5, 1, 6), 28 * 28 * 156},
	} {
		if c.got != c.want {
			t.Errorf("%d parameters, want %d", c.got, c.want)
		}
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"Edge of 2": func() { Edge(2, 3) }, "no dimension": func() { Edge(0.5, 0) }, "NaN": func() { Edge(math.NaN(), 1) },
		"a negative radius": func() { BallVolume(-1, 2) }, "a deep shell": func() { ShellShare(1.1, 2) },
		"no points": func() { MedianNearest(0, 2) }, "nearest of none": func() { Nearest(nil, []float64{1}) },
		"ε = 0": func() { LogSamples(0, 2) }, "two lengths": func() { Distance([]float64{1}, []float64{1, 2}) },
		"no outputs": func() { DenseParameters(3, 0) }, "no channels": func() { ConvParameters(3, 1, 0) },
		"a quantile of 2": func() { QuantileNearest(2, 3, 3) },
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
