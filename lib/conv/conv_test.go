package conv_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/conv"
)

//go:embed testdata/golden.json
var goldenJSON []byte

var golden struct {
	One []struct {
		X, W             []float64
		Stride, Dilation int
		Y                map[string][]float64
	}
	Two []struct {
		X, W             [][]float64
		Stride, Dilation int
		Y                map[string][][]float64
	}
	Circulant []struct {
		W []float64
		C [][]float64
	}
	Spectra []struct{ X, Re, Im [][]float64 }
}

func init() {
	if err := json.Unmarshal(goldenJSON, &golden); err != nil {
		panic(err)
	}
}

var modes = []conv.Mode{conv.Valid, conv.Same, conv.Full, conv.Circular}

// tol: sums of at most 50 products of numbers near 1, in two orders.
const tol = 1e-12

func near(t testing.TB, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*(1+math.Abs(want[i]))) {
			t.Fatalf("%s, entry %d: %v, want %v", what, i, got[i], want[i])
		}
	}
}

func flat(a [][]float64) []float64 { return slices.Concat(a...) }

func near2D(t testing.TB, what string, got, want [][]float64) {
	t.Helper()
	if len(got) != len(want) || len(got[0]) != len(want[0]) {
		t.Fatalf("%s: %d×%d, want %d×%d", what, len(got), len(got[0]), len(want), len(want[0]))
	}
	near(t, what, flat(got), flat(want))
}

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 4)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func gaussian2D(rng *rand.Rand, m, n int) [][]float64 {
	a := make([][]float64, m)
	for i := range a {
		a[i] = gaussian(rng, n)
	}
	return a
}

func options(name string, stride, dilation int) conv.Options {
	for _, m := range modes {
		if strings.HasSuffix(name, m.String()) {
			return conv.Options{Mode: m, Stride: stride, Dilation: dilation}
		}
	}
	panic(name)
}

// scipy.signal and scipy.ndimage.
func TestGolden(t *testing.T) {
	for i, g := range golden.One {
		for name, want := range g.Y {
			f := conv.Correlate
			if strings.HasPrefix(name, "conv") {
				f = conv.Convolve
			}
			near(t, fmt.Sprintf("case %d, %s", i, name), f(g.X, g.W, options(name, g.Stride, g.Dilation)), want)
		}
	}
	for i, g := range golden.Two {
		for name, want := range g.Y {
			f := conv.Correlate2D
			if strings.HasPrefix(name, "conv") {
				f = conv.Convolve2D
			}
			near2D(t, fmt.Sprintf("2-D case %d, %s", i, name), f(g.X, g.W, options(name, g.Stride, g.Dilation)), want)
		}
	}
	if len(golden.One) != 10 || len(golden.Two) != 7 {
		t.Errorf("%d and %d cases", len(golden.One), len(golden.Two))
	}
}

// The lecture's 5×5 by 3×3: 51 as a correlation, 6 as a convolution.
func TestLecture(t *testing.T) {
	x := [][]float64{{2, 4, 9, 1, 4}, {2, 1, 4, 4, 6}, {1, 1, 2, 9, 2}, {7, 3, 5, 1, 3}, {2, 3, 4, 8, 5}}
	w := [][]float64{{1, 2, 3}, {-4, 7, 4}, {2, -5, 1}}
	near2D(t, "correlation", conv.Correlate2D(x, w, conv.Options{}), [][]float64{{51, 66, 20}, {31, 49, 101}, {15, 53, -2}})
	near2D(t, "convolution", conv.Convolve2D(x, w, conv.Options{}), [][]float64{{6, -7, 58}, {40, -9, 79}, {45, 77, 9}})
}

// Every mode, stride and dilation: the sum, the matrix, the flip.
func TestMatricesAndFlip(t *testing.T) {
	rng := source(1)
	for range 60 {
		n, m, d, s := 6+rng.IntN(6), 1+rng.IntN(3), 1+rng.IntN(2), 1+rng.IntN(3)
		x, w := gaussian(rng, n), gaussian(rng, m)
		for _, mode := range modes {
			opt := conv.Options{Mode: mode, Stride: s, Dilation: d}
			what := fmt.Sprintf("n %d, m %d, %+v", n, m, opt)
			y, c := conv.Convolve(x, w, opt), conv.Correlate(x, w, opt)
			if len(y) != opt.Size(n, m) || len(c) != len(y) {
				t.Fatalf("%s: %d and %d outputs, want %d", what, len(y), len(c), opt.Size(n, m))
			}
			near(t, what, times(conv.Toeplitz(w, n, opt), x), y)
			if mode != conv.Circular {
				near(t, what+", flipped", conv.Convolve(x, conv.Flip(w), opt), c)
			} else if s == 1 {
				near(t, what+", transposed", times(conv.Toeplitz(w, n, opt).T(), x), c)
			}
		}
	}
	for range 20 {
		M, N, m, n := 4+rng.IntN(3), 4+rng.IntN(3), 1+rng.IntN(3), 1+rng.IntN(3)
		x, w := gaussian2D(rng, M, N), gaussian2D(rng, m, n)
		for _, mode := range modes {
			opt := conv.Options{Mode: mode, Stride: 1 + rng.IntN(2)}
			y := conv.Convolve2D(x, w, opt)
			near(t, fmt.Sprint(opt), times(conv.DoublyBlockToeplitz(w, M, N, opt), flat(x)), flat(y))
			if mode != conv.Circular {
				near2D(t, fmt.Sprint(opt), conv.Convolve2D(x, w, opt), conv.Correlate2D(x, conv.Flip2D(w), opt))
			}
		}
		opt := conv.Options{Mode: conv.Circular}
		c := conv.DoublyBlockCirculant(w, M, N)
		near(t, "doubly block circulant", times(c, flat(x)), flat(conv.Convolve2D(x, w, opt)))
		near(t, "its transpose", times(c.T(), flat(x)), flat(conv.Correlate2D(x, w, opt)))
		if !mat.Equal(c, conv.DoublyBlockToeplitz(w, M, N, opt)) {
			t.Error("the doubly block circulant and the circular doubly block Toeplitz matrix differ")
		}
	}
}

func times(a mat.Matrix, x []float64) []float64 {
	var y mat.VecDense
	y.MulVec(a, mat.NewVecDense(len(x), slices.Clone(x)))
	return y.RawVector().Data
}

// scipy.linalg.circulant; commuting, eigenvectors, eigenvalues, shifts.
func TestCirculant(t *testing.T) {
	rng := source(2)
	for _, g := range golden.Circulant {
		n := len(g.W)
		c := conv.Circulant(g.W, n)
		near(t, "circulant", c.RawMatrix().Data, flat(g.C))
		other := conv.Circulant(gaussian(rng, n), n)
		var ab, ba mat.Dense
		ab.Mul(c, other)
		ba.Mul(other, c)
		if !mat.EqualApprox(&ab, &ba, tol) {
			t.Errorf("two circulant matrices of size %d do not commute", n)
		}
		// C vₖ = ŵₖ vₖ with vₖ[j] = exp(2πi jk/n)
		spectrum := conv.Spectrum(g.W)
		for k := range n {
			for i := range n {
				var sum complex128
				for j := range n {
					sum += complex(c.At(i, j), 0) * cmplx.Rect(1, 2*math.Pi*float64(j*k)/float64(n))
				}
				if d := cmplx.Abs(sum - spectrum[k]*cmplx.Rect(1, 2*math.Pi*float64(i*k)/float64(n))); !(d < tol*10) {
					t.Errorf("size %d, eigenvector %d: off by %v", n, k, d)
				}
			}
		}
	}
	near(t, "a short w", conv.Circulant([]float64{1, 2}, 3).RawMatrix().Data, []float64{1, 0, 2, 2, 1, 0, 0, 2, 1})
}

func TestConvolutionIsCommutativeAndShifts(t *testing.T) {
	rng := source(3)
	x, w := gaussian(rng, 9), gaussian(rng, 9)
	full, circular := conv.Options{Mode: conv.Full}, conv.Options{Mode: conv.Circular}
	near(t, "full", conv.Convolve(x, w, full), conv.Convolve(w, x, full))
	near(t, "circular", conv.Convolve(x, w, circular), conv.Convolve(w, x, circular))
	near(t, "correlation turns round", conv.Correlate(x, w, full), conv.Flip(conv.Correlate(w, x, full)))
	shift := func(v []float64) []float64 { return append([]float64{v[len(v)-1]}, v[:len(v)-1]...) }
	near(t, "shift", conv.Convolve(shift(x), w, circular), shift(conv.Convolve(x, w, circular)))
}

// numpy.fft; there and back; the three routes to one convolution.
func TestSpectra(t *testing.T) {
	for _, g := range golden.Spectra {
		s := conv.Spectrum2D(g.X)
		for i := range s {
			for j, v := range s[i] {
				if d := cmplx.Abs(v - complex(g.Re[i][j], g.Im[i][j])); !(d < tol*10) {
					t.Errorf("%d×%d, coefficient (%d, %d): off by %v", len(g.X), len(g.X[0]), i, j, d)
				}
			}
		}
		near2D(t, "and back", conv.FromSpectrum2D(s), g.X)
		if len(g.X) == 1 {
			near(t, "and back", conv.FromSpectrum(conv.Spectrum(g.X[0])), g.X[0])
		}
	}
	rng := source(4)
	for range 20 {
		n, m := 1+rng.IntN(40), 1+rng.IntN(20)
		x, w := gaussian(rng, n), gaussian(rng, m)
		near(t, fmt.Sprintf("FFT of %d and %d", n, m), conv.FFT(x, w), conv.Convolve(x, w, conv.Options{Mode: conv.Full}))
		if m <= n {
			near(t, fmt.Sprintf("CircularFFT of %d and %d", n, m), conv.CircularFFT(x, w), conv.Convolve(x, w, conv.Options{Mode: conv.Circular}))
		}
		a, b := gaussian2D(rng, 1+rng.IntN(9), 1+rng.IntN(9)), gaussian2D(rng, 1+rng.IntN(5), 1+rng.IntN(5))
		near2D(t, "FFT2D", conv.FFT2D(a, b), conv.Convolve2D(a, b, conv.Options{Mode: conv.Full}))
	}
	for n, want := range map[int]int{1: 1, 7: 8, 11: 12, 13: 15, 31: 32, 121: 125, 128: 128} {
		if got := conv.FastSize(n); got != want {
			t.Errorf("FastSize(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestArgumentsAreKept(t *testing.T) {
	x, w := []float64{1, 2, 3}, []float64{4, 5}
	X, W := [][]float64{{1, 2}, {3, 4}}, [][]float64{{1}, {2}}
	for _, m := range modes {
		conv.Convolve(x, w, conv.Options{Mode: m})
		conv.Correlate(x, w, conv.Options{Mode: m})
		conv.Convolve2D(X, W, conv.Options{Mode: m})
	}
	conv.FFT(x, w)
	conv.CircularFFT(x, w)
	conv.FFT2D(X, W)
	conv.FromSpectrum2D(conv.Spectrum2D(X))
	conv.Flip2D(W)
	near(t, "x, w", append(x, w...), []float64{1, 2, 3, 4, 5})
	near(t, "X, W", append(flat(X), flat(W)...), []float64{1, 2, 3, 4, 1, 2})
}

func TestPanics(t *testing.T) {
	layer := conv.NewLayer(2, 2, 1, 1, conv.Options{}, source(1))
	for what, f := range map[string]func(){
		"an empty signal":   func() { conv.Convolve(nil, []float64{1}, conv.Options{}) },
		"an empty kernel":   func() { conv.Correlate([]float64{1}, nil, conv.Options{}) },
		"a kernel too long": func() { conv.Correlate([]float64{1}, []float64{1, 2}, conv.Options{}) },
		"a span too long": func() {
			conv.Convolve([]float64{1, 2}, []float64{1, 2}, conv.Options{Mode: conv.Circular, Dilation: 2})
		},
		"a negative stride":    func() { conv.Convolve([]float64{1, 2}, []float64{1, 2}, conv.Options{Stride: -1}) },
		"an unknown mode":      func() { conv.Convolve([]float64{1, 2}, []float64{1, 2}, conv.Options{Mode: 9}) },
		"a ragged picture":     func() { conv.Convolve2D([][]float64{{1, 2}, {3}}, [][]float64{{1}}, conv.Options{}) },
		"a circulant too long": func() { conv.Circulant([]float64{1, 2}, 1) },
		"a block too large":    func() { conv.DoublyBlockCirculant([][]float64{{1, 2}}, 3, 1) },
		"no spectrum":          func() { conv.Spectrum(nil) },
		"no FFT":               func() { conv.FFT(nil, []float64{1}) },
		"two channels for one": func() { layer.Forward(conv.NewTensor(1, 3, 3, 2)) },
		"a dy too small":       func() { layer.Backward(conv.NewTensor(1, 3, 3, 1), conv.NewTensor(1, 1, 2, 1)) },
		"an empty tensor":      func() { conv.NewTensor(0, 1, 1, 1) },
		"no channels":          func() { conv.Cost(5, 5, 3, 3, 0, 1) },
		"no kernel":            func() { conv.Receptive(conv.Stage{}) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "conv: ") {
					t.Errorf("%s: recovered %v, want a panic of this package", what, r)
				}
			}()
			f()
		}()
	}
}
