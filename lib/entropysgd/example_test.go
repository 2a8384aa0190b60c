package entropysgd_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/entropysgd"
	"nncourse/lib/optim"
)

// The deeper valley at 1 is sharp, the one at −1 wide. A large scope sees the depth, a small one the width.
func ExampleLocalEntropy() {
	f := func(x float64) float64 {
		return 4 - 3*math.Exp(-(x+1)*(x+1)/0.8) - 3.5*math.Exp(-(x-1)*(x-1)/0.01)
	}
	for _, gamma := range []float64{1e5, 10, 1} {
		wide, _ := entropysgd.LocalEntropy(f, -1, gamma)
		sharp, _ := entropysgd.LocalEntropy(f, 1, gamma)
		fmt.Printf("γ = %-6g F(wide) − F(sharp) = %6.3f\n", gamma, wide.F-sharp.F)
	}
	// Output:
	// γ = 100000 F(wide) − F(sharp) = -0.517
	// γ = 10     F(wide) − F(sharp) =  1.072
	// γ = 1      F(wide) − F(sharp) =  0.797
}

func ExampleEntropySGD() {
	p := optim.Quadratic(mat.NewSymDense(2, []float64{10, 0, 0, 1}), []float64{0, 0})
	d := entropysgd.EntropySGD{
		Rate: 1, Unscaled: true, Steps: 3,
		Scope: entropysgd.Scoping{Gamma0: 1, Gamma1: 0.5},
		Inner: entropysgd.SGLD{Steps: 20, Rate: 0.05},
	}
	t, err := d.Minimize(context.Background(), p, []float64{1, 1}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, x := range t.X {
		fmt.Printf("t = %d  γ = %.3f  x = (%.3f, %.3f)\n", t.Step[k], d.Scope.At(k), x[0], x[1])
	}
	// Output:
	// t = 0  γ = 1.000  x = (1.000, 1.000)
	// t = 1  γ = 1.500  x = (0.091, 0.563)
	// t = 2  γ = 2.250  x = (0.012, 0.354)
	// t = 3  γ = 3.375  x = (0.002, 0.249)
}
