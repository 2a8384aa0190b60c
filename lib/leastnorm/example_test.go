package leastnorm_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/backend"
	"nncourse/lib/leastnorm"
)

// The point of the line x + 2y = 5 that is nearest to the origin.
func ExampleSolve() {
	a := mat.NewDense(1, 2, []float64{1, 2})
	x, err := leastnorm.Solve(a, []float64{5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", x)
	// Output: [1.0000 2.0000]
}

// Full column rank is not enough for (AAᵀ)⁻¹: a tall A needs the SVD, which returns the least-squares solution.
func ExampleSVD_Solve() {
	a := mat.NewDense(3, 1, []float64{1, 1, 1})
	b := []float64{1, 2, 6}
	_, err := leastnorm.Solve(a, b)
	fmt.Println(err)

	s, err := leastnorm.SVD{}.Solve(a, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("x = %.4f, rank %d, ‖Ax − b‖ = %.4f\n", s.X, s.Rank, s.Residual)
	// Output:
	// leastnorm: QR: A is 3×1, and its rank 1 is less than its 3 rows: (AAᵀ)⁻¹ does not exist, whatever the column rank; use SVD for the least-norm least-squares solution
	// x = [3.0000], rank 1, ‖Ax − b‖ = 3.7417
}

// Gradient descent keeps the part of its start that A does not see.
func ExampleGradientDescent_Run() {
	a := mat.NewDense(1, 2, []float64{1, 2})
	b := []float64{5}
	d, err := leastnorm.SVD{}.Decompose(a)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("steps below %.1f converge\n", d.StepLimit())
	for _, x0 := range [][]float64{{0, 0}, {2, -1}, {3, 1}} {
		t, err := leastnorm.GradientDescent{Step: 0.1, Iterations: 60}.Run(context.Background(), a, b, x0)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("from %v to %.4f, predicted %.4f\n", x0, t.X, d.Limit(b, x0))
	}
	// Output:
	// steps below 0.4 converge
	// from [0 0] to [1.0000 2.0000], predicted [1.0000 2.0000]
	// from [2 -1] to [3.0000 1.0000], predicted [3.0000 1.0000]
	// from [3 1] to [3.0000 1.0000], predicted [3.0000 1.0000]
}

// How long will it take? The condition number squared, halved, times ln(1/ε).
func ExampleIterationsFor() {
	for _, kappa := range []float64{1, 10, 100, 1000} {
		k, err := leastnorm.IterationsFor(kappa, 1e-6)
		fmt.Println(kappa, k, err)
	}
	// Output:
	// 1 1 <nil>
	// 10 691 <nil>
	// 100 69078 <nil>
	// 1000 6907756 <nil>
}

// A thousand steps in one execution on the backend.
func ExampleXLA_Run() {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	loop, err := leastnorm.NewXLA(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer loop.Close()
	a := mat.NewDense(1, 2, []float64{1, 2})
	t, err := loop.Run(ctx, leastnorm.GradientDescent{Step: 0.1, Iterations: 1000}, a, []float64{5}, []float64{2, -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", t.X)
	// Output: [3.0000 1.0000]
}
