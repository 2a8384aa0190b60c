package activation_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
)

func Example() {
	for _, f := range activation.All {
		fmt.Printf("%-16s σ(−2) = %7.4f  σ′(−2) = %.4f  σ′(0) = %.4f\n", f.Name, f.F(-2), f.D(-2), f.D(0))
	}
	// Output:
	// identity         σ(−2) = -2.0000  σ′(−2) = 1.0000  σ′(0) = 1.0000
	// step             σ(−2) =  0.0000  σ′(−2) = 0.0000  σ′(0) = 0.0000
	// sign             σ(−2) = -1.0000  σ′(−2) = 0.0000  σ′(0) = 0.0000
	// sigmoid          σ(−2) =  0.1192  σ′(−2) = 0.1050  σ′(0) = 0.2500
	// tanh             σ(−2) = -0.9640  σ′(−2) = 0.0707  σ′(0) = 1.0000
	// relu             σ(−2) =  0.0000  σ′(−2) = 0.0000  σ′(0) = 0.0000
	// leaky-relu(0.01) σ(−2) = -0.0200  σ′(−2) = 0.0100  σ′(0) = 0.0100
	// elu(1)           σ(−2) = -0.8647  σ′(−2) = 0.1353  σ′(0) = 1.0000
	// softplus         σ(−2) =  0.1269  σ′(−2) = 0.1192  σ′(0) = 0.5000
}

func ExampleSoftmax() {
	fmt.Printf("%.4f\n", activation.Softmax(nil, []float64{1.1, 2.2, 0.2, -1.7}))
	fmt.Printf("%.4f\n", activation.Softmax(nil, []float64{1001.1, 1002.2, 1000.2, 998.3}))
	// Output:
	// [0.2236 0.6718 0.0909 0.0136]
	// [0.2236 0.6718 0.0909 0.0136]
}

func ExampleMaxout() {
	abs := activation.Maxout{W: mat.NewDense(2, 1, []float64{1, -1}), B: []float64{0, 0}} // max(x, −x)
	fmt.Println(abs.F([]float64{-3}), abs.Active([]float64{-3}), abs.D(nil, []float64{-3}))
	// Output: 3 1 [-1]
}
