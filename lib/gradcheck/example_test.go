package gradcheck_test

import (
	"fmt"
	"math"

	"nncourse/lib/gradcheck"
)

// A gradient with a slip: the derivative of cos is −sin.
func ExampleChecker_Check() {
	f := func(x []float64) float64 { return x[0]*x[0] + math.Cos(x[1]) }
	x := []float64{3, 1}
	right := []float64{2 * x[0], -math.Sin(x[1])}
	wrong := []float64{2 * x[0], math.Sin(x[1])}

	fmt.Println(gradcheck.Checker{}.Check(f, x, right, nil).Err())
	fmt.Println(gradcheck.Checker{}.Check(f, x, wrong, nil).Err())
	// Output:
	// <nil>
	// gradcheck: 1 of 2 coordinates disagree; worst in coordinate 1: the gradient says 0.841470985, the difference quotient -0.841470985 (error 1.68)
}

// At the kink of |x| any number between the one-sided slopes −1 and 1 will do.
func ExampleChecker_Check_kink() {
	f := func(x []float64) float64 { return math.Abs(x[0]) + 3*x[1] }
	for _, slope := range []float64{0, 1, 2} {
		r := gradcheck.Checker{}.Check(f, []float64{0, 1}, []float64{slope, 3}, nil)
		fmt.Println(slope, r.Checked, "checked,", r.Kinks, "at a kink:", r.Err() == nil)
	}
	// Output:
	// 0 1 checked, 1 at a kink: true
	// 1 1 checked, 1 at a kink: true
	// 2 1 checked, 1 at a kink: false
}
