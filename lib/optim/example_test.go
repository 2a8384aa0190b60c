package optim_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/optim"
)

// Halving the distance to the minimum at every step: L(x) = x²/2, η = ½.
func ExampleGD() {
	p := optim.Quadratic(mat.NewSymDense(1, []float64{1}), []float64{0})
	t, err := optim.GD{Rate: 0.5, Steps: 4}.Minimize(context.Background(), p, []float64{8}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("x:", t.X)
	fmt.Println("L:", t.Loss)
	// Output:
	// x: [[8] [4] [2] [1] [0.5]]
	// L: [32 8 2 0.5 0.125]
}

// The mean of three numbers, found by looking at one at a time: SGD keeps moving about, by less with a smaller rate.
func ExampleSGD() {
	a := mat.NewDense(3, 1, []float64{1, 1, 1})
	p := optim.LeastSquares(a, []float64{1, 2, 6}) // (1/3) Σ ½(x − bᵢ)², least at 3
	for _, rate := range []float64{0.5, 0.05, 0.005} {
		rng := rand.New(rand.NewPCG(1, 2))
		t, err := optim.SGD{Rate: rate, Batch: 1, Epochs: 2000, Replace: true}.Minimize(context.Background(), p, []float64{0}, rng)
		if err != nil {
			fmt.Println(err)
			return
		}
		lo, hi := 9.0, 0.0
		for _, x := range t.X[1000:] {
			lo, hi = min(lo, x[0]), max(hi, x[0])
		}
		fmt.Printf("η = %-5v  x in [%.2f, %.2f]\n", rate, lo, hi)
	}
	// Output:
	// η = 0.5    x in [1.01, 5.97]
	// η = 0.05   x in [1.81, 3.99]
	// η = 0.005  x in [2.70, 3.21]
}
