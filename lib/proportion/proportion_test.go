package proportion_test

import (
	"fmt"
	"math"
	"testing"

	"nncourse/lib/proportion"
)

// TestWilson compares with scipy.stats.binomtest(k, n).proportion_ci(method="wilson"), SciPy 1.x.
func TestWilson(t *testing.T) {
	for _, w := range []struct {
		k, n   int
		lo, hi float64
	}{
		{0, 10, 0, 0.27753279986288926},
		{3, 10, 0.10779126740630102, 0.6032218525388546},
		{10, 10, 0.7224672001371109, 1},
		{137, 500, 0.23674062566582055, 0.31470557622280104},
		{1, 1, 0.20654931437723745, 1},
	} {
		lo, hi := proportion.Wilson(w.k, w.n)
		if math.Abs(lo-w.lo) > 1e-12 || math.Abs(hi-w.hi) > 1e-12 {
			t.Errorf("Wilson(%d, %d) = %v, %v, want %v, %v", w.k, w.n, lo, hi, w.lo, w.hi)
		}
	}
}

// TestWilsonEnds checks what defines the ends, for every count of up to 60 trials: each lies z deviations from k/n, and
// successes and failures change places under k → n − k.
func TestWilsonEnds(t *testing.T) {
	const z = 1.959963984540054
	for n := 1; n <= 60; n++ {
		for k := 0; k <= n; k++ {
			lo, hi := proportion.Wilson(k, n)
			p := float64(k) / float64(n)
			for _, e := range []float64{lo, hi} {
				if math.Abs((p-e)*(p-e)-z*z*e*(1-e)/float64(n)) > 1e-14 {
					t.Errorf("k = %d of %d: the end %v is not %v deviations away", k, n, e, z)
				}
			}
			a, b := proportion.Wilson(n-k, n)
			if !(lo <= p && p <= hi && lo < hi && lo >= 0 && hi <= 1) || math.Abs(a-(1-hi)) > 1e-14 || math.Abs(b-(1-lo)) > 1e-14 {
				t.Errorf("k = %d of %d: %v … %v, mirrored %v … %v", k, n, lo, hi, a, b)
			}
		}
	}
}

func TestWilsonPanics(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {-1, 3}, {4, 3}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Wilson(%d, %d) did not panic", c[0], c[1])
				}
			}()
			proportion.Wilson(c[0], c[1])
		}()
	}
}

func ExampleWilson() {
	lo, hi := proportion.Wilson(3, 10)
	fmt.Printf("3 of 10: %.2f … %.2f\n", lo, hi)
	// Output: 3 of 10: 0.11 … 0.60
}
