package landscape_test

import (
	"context"
	"fmt"

	"nncourse/lib/landscape"
	"nncourse/lib/optim"
)

// Where gradient descent on (x² − 1)² ends depends on where it starts, and on nothing else.
func ExampleBasins_Ends() {
	p := optim.Problem{
		N:    1,
		Loss: func(x []float64, _ []int) float64 { return (x[0]*x[0] - 1) * (x[0]*x[0] - 1) },
		Grad: func(dst, x []float64, _ []int) { dst[0] = 4 * x[0] * (x[0]*x[0] - 1) },
	}
	b := landscape.Basins{Method: optim.GD{Rate: 0.05, Steps: 500}}
	starts := [][]float64{{-2}, {-0.1}, {0}, {0.1}, {2}}
	e, err := b.Ends(context.Background(), p, starts, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, s := range starts {
		fmt.Printf("from %4.1f to %4.1f, loss %.1f\n", s[0], e.Ends[k][0], e.Loss[k])
	}
	h := landscape.Hessian(func(dst, x []float64) { p.Grad(dst, x, nil) }, []float64{0})
	fmt.Printf("at 0 the curvature is %.1f: no minimum\n", landscape.Eigenvalues(h)[0])
	// Output:
	// from -2.0 to -1.0, loss 0.0
	// from -0.1 to -1.0, loss 0.0
	// from  0.0 to  0.0, loss 1.0
	// from  0.1 to  1.0, loss 0.0
	// from  2.0 to  1.0, loss 0.0
	// at 0 the curvature is -4.0: no minimum
}
