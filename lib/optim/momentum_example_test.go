package optim_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/optim"
)

// A condition number of 100: the steps it takes to a loss of 10⁻¹², each method with its best setting.
func ExampleBestHeavyBall() {
	h := mat.NewSymDense(2, []float64{1, 0, 0, 100})
	p := optim.Quadratic(h, []float64{0, 0})
	rate, momentum := optim.BestHeavyBall(h)
	fmt.Printf("heavy ball: η = %.4f, ρ = %.4f\n", rate, momentum)
	for _, m := range []optim.Method{
		optim.GD{Rate: optim.BestRate(h), Steps: 2000},
		optim.HeavyBall{Rate: rate, Momentum: momentum, Steps: 2000},
	} {
		t, err := m.Minimize(context.Background(), p, []float64{1, 1}, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		for k, loss := range t.Loss {
			if loss < 1e-12 {
				fmt.Printf("%T: %d steps\n", m, k)
				break
			}
		}
	}
	// Output:
	// heavy ball: η = 0.0331, ρ = 0.6694
	// optim.GD: 789 steps
	// optim.HeavyBall: 105 steps
}

// Three steps up, then down.
func ExampleWarmUp() {
	s := optim.WarmUp{Steps: 3, Then: optim.StepDecay{Rate: 0.6, Factor: 0.5, Every: 2}}
	for k := range 8 {
		fmt.Printf("%.3g ", s.At(k))
	}
	fmt.Println()
	// Output: 0.2 0.4 0.6 0.6 0.6 0.3 0.3 0.15
}
