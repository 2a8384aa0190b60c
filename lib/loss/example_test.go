package loss_test

import (
	"fmt"

	"nncourse/lib/loss"
)

// The table, for the scores of a lecture and its second class.
func Example() {
	y, o := []float64{0, 1, 0, 0}, []float64{1.1, 2.2, 0.2, -1.7}
	g := make([]float64, len(o))
	for _, l := range loss.All {
		l.D(g, y, o)
		fmt.Printf("%-24s%8.4f  %7.4f\n", l.Name, l.F(y, o), g)
	}
	// Output:
	// l1                        4.2000  [ 1.0000  1.0000  1.0000 -1.0000]
	// l2                        5.5800  [ 2.2000  2.4000  0.4000 -3.4000]
	// squared-half              2.7900  [ 1.1000  1.2000  0.2000 -1.7000]
	// expectation               0.6563  [ 0.3005 -0.4409  0.1222  0.0183]
	// regularised-expectation   0.1662  [ 0.1725 -0.2233  0.0460  0.0048]
	// chebyshev                 0.3282  [ 0.1502 -0.2205  0.0611  0.0091]
	// hinge                     2.3000  [ 1.0000  0.0000  1.0000  0.0000]
	// hinge2                    3.0500  [ 3.2000  0.0000  1.4000  0.0000]
	// hinge3                    4.4390  [ 7.6800  0.0000  1.4700  0.0000]
	// log                       0.3977  [ 0.2236 -0.3282  0.0909  0.0136]
	// log2                      0.1582  [ 0.1779 -0.2610  0.0723  0.0108]
	// tanimoto                 -0.8017  [ 0.2006 -0.2658  0.0585  0.0067]
	// cauchy-schwarz            0.0609  [ 0.0981 -0.1147  0.0162  0.0004]
	// binary-cross-entropy      0.6146  [ 0.1876 -0.0249  0.1375  0.0386]
	// cross-entropy             0.3977  [ 0.2236 -0.3282  0.0909  0.0136]
}

func ExampleLogSumExp() {
	fmt.Printf("%.6f %.6f\n", loss.LogSumExp([]float64{1000, 1000}), loss.LogSumExp([]float64{-1000, -1001}))
	// Output: 1000.693147 -999.686738
}
