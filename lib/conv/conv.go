// Package conv is convolution in float64, written to be read: in one and two dimensions, as a sum, as a matrix, by the
// fast Fourier transform, and as a layer with its gradients.
//
// Two operations go by one name. With a kernel w of m entries
//
//	correlation   (w ⋆ x)ᵢ = Σₖ w[k] x[i + k]   the kernel slides as it is; what networks call a convolution
//	convolution   (w ∗ x)ᵢ = Σₖ w[k] x[i − k]   the kernel is flipped; commutative, a product of Fourier transforms
//
// In all modes but Circular, Convolve(x, w) is Correlate(x, Flip(w)).
//
// The files: correlate.go and convolve.go (sums), circulant.go and toeplitz.go (matrices), fft.go, layer.go (many channels,
// [batch, height, width, channels]), local.go (the same without shared weights), count.go (parameters and cost),
// receptive.go (receptive fields). Arguments are never changed. Shapes that do not fit are a caller's bug and panic with
// "conv: …"; NaN and ±Inf pass through the sums as in all floating-point arithmetic.
package conv

import "fmt"

// Mode says at which places the kernel is put, and what lies outside the signal. With a signal of n entries and a kernel
// that spans K entries, at stride 1:
type Mode int

const (
	Valid    Mode = iota // n − K + 1 places: only where the whole kernel lies on the signal
	Same                 // n places: ⌊(K−1)/2⌋ zeros before the signal and ⌊K/2⌋ behind it (as TensorFlow and XLA pad; SciPy puts the odd zero before)
	Full                 // n + K − 1 places: wherever kernel and signal overlap at all; zeros outside
	Circular             // n places: the signal goes on periodically; kernel entry 0 stands at place i
)

func (m Mode) String() string {
	switch m {
	case Valid:
		return "valid"
	case Same:
		return "same"
	case Full:
		return "full"
	case Circular:
		return "circular"
	}
	return fmt.Sprintf("Mode(%d)", int(m))
}

// Options are the geometry. The zero value is Valid with stride and dilation 1. In two dimensions they hold for both axes.
type Options struct {
	Mode     Mode
	Stride   int // s ≥ 1: every s-th place is kept, the first included; 0 means 1
	Dilation int // d ≥ 1: distance between neighbouring kernel entries, so that m entries span K = (m−1)d + 1; 0 means 1
}

func (o Options) stride() int   { return max(1, o.Stride) }
func (o Options) dilation() int { return max(1, o.Dilation) }

// Span returns K = (m−1)d + 1, the entries of the signal from the kernel's first to its last, of a kernel of m entries.
func (o Options) Span(m int) int { return (m-1)*o.dilation() + 1 }

// Size returns the number of outputs for a signal of n entries and a kernel of m:
//
//	⌊(places − 1)/s⌋ + 1,   places = n − K + 1 | n | n + K − 1 | n
//
// It panics if n or m is not positive, if stride or dilation is negative, or if Mode is Valid or Circular and K > n.
func (o Options) Size(n, m int) int {
	span := o.Span(m)
	switch {
	case n < 1 || m < 1:
		panic(fmt.Sprintf("conv: a kernel of %d entries on a signal of %d", m, n))
	case o.Stride < 0 || o.Dilation < 0:
		panic(fmt.Sprintf("conv: stride %d, dilation %d: want at least 1 (0 means 1)", o.Stride, o.Dilation))
	case o.Mode < Valid || o.Mode > Circular:
		panic(fmt.Sprintf("conv: unknown mode %d", int(o.Mode)))
	case span > n && (o.Mode == Valid || o.Mode == Circular):
		panic(fmt.Sprintf("conv: a kernel that spans %d entries on a signal of %d, mode %v", span, n, o.Mode))
	}
	places := n
	switch o.Mode {
	case Valid:
		places = n - span + 1
	case Full:
		places = n + span - 1
	}
	return (places-1)/o.stride() + 1
}

// before returns p, the zeros in front of the signal, for a kernel of m entries.
func (o Options) before(m int) int {
	switch o.Mode {
	case Same:
		return (o.Span(m) - 1) / 2
	case Full:
		return o.Span(m) - 1
	}
	return 0
}

// at returns the index into a signal of n entries that j stands for, and false where zeros lie.
func (o Options) at(j, n int) (int, bool) {
	if o.Mode == Circular {
		return mod(j, n), true
	}
	return j, 0 <= j && j < n
}

// mod is j mod n in [0, n), for negative j too.
func mod(j, n int) int { return (j%n + n) % n }

// shape returns the rows and columns of a, and panics if it is empty or ragged.
func shape(what string, a [][]float64) (rows, cols int) {
	if len(a) == 0 || len(a[0]) == 0 {
		panic("conv: " + what + " is empty")
	}
	for i, row := range a {
		if len(row) != len(a[0]) {
			panic(fmt.Sprintf("conv: row %d of %s has %d entries, row 0 has %d", i, what, len(row), len(a[0])))
		}
	}
	return len(a), len(a[0])
}

// zeros is a matrix of zeros.
func zeros(rows, cols int) [][]float64 {
	all := make([]float64, rows*cols)
	a := make([][]float64, rows)
	for i := range a {
		a[i] = all[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return a
}
