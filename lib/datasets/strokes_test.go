package datasets

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// softmaxRegression fits P(k|x) = exp(wₖ·x + bₖ)/Σⱼ exp(wⱼ·x + bⱼ) by stochastic gradient descent with momentum 0.9 on the mean
// cross-entropy plus ½λ‖W‖², batches of 64, a learning rate that falls linearly to 0, and returns the accuracy on test.
// It is the strongest linear model here: the test wants it to fail.
func softmaxRegression(train, test *Images, epochs int, rate, lambda float32, rng *rand.Rand) float64 {
	const batch = 64
	k, n := len(train.Classes), train.H*train.W*train.C+1 // the last weight is the bias
	w, v, g := make([]float32, k*n), make([]float32, k*n), make([]float32, k*n)
	logits := func(x []float32, out []float32) {
		for c := range k {
			row := w[c*n : (c+1)*n]
			s := row[n-1]
			for i, xi := range x {
				s += row[i] * xi
			}
			out[c] = s
		}
	}
	p := make([]float32, k)
	steps := epochs * (train.N / batch)
	step := 0
	for range epochs {
		order := rng.Perm(train.N)
		for b := 0; b+batch <= train.N; b += batch {
			clear(g)
			for _, i := range order[b : b+batch] {
				x := train.Image(i)
				logits(x, p)
				top, sum := p[0], float32(0)
				for _, v := range p {
					top = max(top, v)
				}
				for c := range p {
					p[c] = float32(math.Exp(float64(p[c] - top)))
					sum += p[c]
				}
				for c := range p {
					d := p[c] / sum
					if int32(c) == train.Labels[i] {
						d--
					}
					row := g[c*n : (c+1)*n]
					for j, xj := range x {
						row[j] += d * xj
					}
					row[n-1] += d
				}
			}
			r := rate * (1 - float32(step)/float32(steps))
			for i := range w {
				v[i] = 0.9*v[i] - r*(g[i]/batch+lambda*w[i])
				w[i] += v[i]
			}
			step++
		}
	}
	right := 0
	for i := range test.N {
		logits(test.Image(i), p)
		best := 0
		for c := range p {
			if p[c] > p[best] {
				best = c
			}
		}
		if int32(best) == test.Labels[i] {
			right++
		}
	}
	return float64(right) / float64(test.N)
}

// Digits drawn from strokes are too hard for a linear model. That the model itself is sound is seen on MNIST, where softmax
// regression is known to reach 92 % with all images (one layer trained otherwise: 88 %, LeCun et al. 1998).
func TestLinearModelFailsOnStrokes(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a model for some seconds")
	}
	train, test, err := DrawnDigits(6000, 2000, 1)
	if err != nil {
		t.Fatal(err)
	}
	onStrokes := softmaxRegression(train, test, 6, 0.05, 1e-4, rand.New(rand.NewPCG(3, 3)))
	t.Logf("softmax regression on %d drawn digits: %.1f %% of %d", train.N, 100*onStrokes, test.N)
	if onStrokes >= 0.9 || onStrokes < 0.5 {
		t.Errorf("softmax regression reaches %.3f on drawn digits; it should stay under 0.9, and be far over 0.1", onStrokes)
	}
	if _, err := find("mnist", "mnist", "t10k-labels-idx1-ubyte.gz"); err != nil {
		t.Logf("the same model on MNIST was not tried: %v", err)
		return
	}
	train, test, err = Digits(6000, 2000, 1)
	if err != nil {
		t.Fatal(err)
	}
	onMNIST := softmaxRegression(train, test, 6, 0.05, 1e-4, rand.New(rand.NewPCG(3, 3)))
	t.Logf("softmax regression on %d digits of MNIST: %.1f %% of %d", train.N, 100*onMNIST, test.N)
	if onMNIST < 0.87 {
		t.Errorf("softmax regression reaches only %.3f on MNIST: the test's model is not sound", onMNIST)
	}
}

func TestStrokesSeeded(t *testing.T) {
	a, b := Strokes(150, rand.New(rand.NewPCG(4, 2))), Strokes(150, rand.New(rand.NewPCG(4, 2)))
	if !slices.Equal(a.Pix, b.Pix) || !slices.Equal(a.Labels, b.Labels) {
		t.Error("one seed, two sets")
	}
	old := runtime.GOMAXPROCS(1)
	c := Strokes(150, rand.New(rand.NewPCG(4, 2)))
	runtime.GOMAXPROCS(old)
	if !slices.Equal(a.Pix, c.Pix) {
		t.Error("the set depends on the number of cores")
	}
	if d := Strokes(150, rand.New(rand.NewPCG(5, 2))); slices.Equal(a.Pix, d.Pix) {
		t.Error("two seeds, one set")
	}
}

func TestStrokesProperties(t *testing.T) {
	d := Strokes(1000, rand.New(rand.NewPCG(1, 0)))
	if d.N != 1000 || d.H != 28 || d.W != 28 || d.C != 1 || !d.Generated || len(d.Pix) != 1000*784 {
		t.Fatalf("%d images %d×%d×%d", d.N, d.H, d.W, d.C)
	}
	for _, n := range d.Counts() {
		if n != 100 {
			t.Fatalf("counts %v: every class should have 100", d.Counts())
		}
	}
	border := 0.0
	for i := range d.N {
		sum, top := 0.0, float32(0)
		for p, v := range d.Image(i) {
			if v < 0 || v > 1 || v != v {
				t.Fatalf("image %d, pixel %d: %v", i, p, v)
			}
			sum += float64(v)
			top = max(top, v)
			if p < 28 || p >= 27*28 || p%28 == 0 || p%28 == 27 {
				border += float64(v)
			}
		}
		// A digit has ink, and is mostly paper.
		if sum < 20 || sum > 350 || top < 0.6 {
			t.Errorf("image %d (%d): %.1f of ink, brightest %.2f", i, d.Labels[i], sum, top)
		}
	}
	if mean := border / float64(d.N) / 108; mean > 0.08 {
		t.Errorf("the mean on the border is %.3f: the digits leave the image", mean)
	}
	if e := Strokes(0, rand.New(rand.NewPCG(1, 0))); e.N != 0 {
		t.Error("no images")
	}
	if e := Strokes(13, rand.New(rand.NewPCG(1, 0))); e.N != 13 || len(e.Labels) != 13 {
		t.Error("a number that is no multiple of ten")
	}
}

// The spline goes through its points, and on collinear equidistant points it is the line.
func TestSpline(t *testing.T) {
	p := []vec{{0, 0}, {1, 2}, {3, 1}, {4, 4}}
	q := spline(p)
	for i, want := range p {
		if got := q[8*i]; got != want {
			t.Errorf("point %d: %v, want %v", i, got, want)
		}
	}
	for i, got := range spline([]vec{{0, 0}, {8, 16}, {16, 32}, {24, 48}}) {
		if math.Abs(got[0]-float64(i)) > 1e-12 || math.Abs(got[1]-2*float64(i)) > 1e-12 {
			t.Errorf("on a line, point %d: %v", i, got)
		}
	}
	// A closed curve has no corner at its seam: there its tangent is (p₂ − p₀)/2, here straight down, and the chords
	// before and after it lean to either side alike.
	c := spline([]vec{{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {1, 0}})
	n := len(c)
	in := math.Atan2(c[n-1][1]-c[n-2][1], c[n-1][0]-c[n-2][0])
	out := math.Atan2(c[1][1]-c[0][1], c[1][0]-c[0][0])
	if math.Abs((in+out)/2-math.Pi/2) > 1e-9 || math.Abs(in-out) > 0.5 {
		t.Errorf("directions at the seam: %.3f and %.3f", in, out)
	}
}

// A pen of radius r on a long line covers 2r of every column: a closed form for penLine.
func TestPenLine(t *testing.T) {
	for _, r := range []float64{0.5, 1, 2.3} {
		pix := make([]float32, 40*40)
		penLine(pix, 40, 40, []vec{{-10, 20.25}, {50, 20.25}}, r, 1)
		sum := 0.0
		for y := range 40 {
			sum += float64(pix[y*40+17])
		}
		if math.Abs(sum-2*r) > 0.13 {
			t.Errorf("radius %g: %.3f of a column is covered, want %.3f", r, sum, 2*r)
		}
	}
	pix := make([]float32, 9)
	penLine(pix, 3, 3, []vec{{1.5, 1.5}, {1.5, 1.5}}, 0.5, 0.75) // a point
	if pix[4] != 0.75 || pix[0] != 0 {
		t.Errorf("a point: %v", pix)
	}
}

func BenchmarkStrokes(b *testing.B) {
	for b.Loop() {
		Strokes(1000, rand.New(rand.NewPCG(1, 0)))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/image")
}
