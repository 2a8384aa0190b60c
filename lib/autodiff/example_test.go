package autodiff_test

import (
	"fmt"

	ad "nncourse/lib/autodiff"
)

// d/dx cos(sin x) = −sin(sin x) cos x, at x = 1.
func Example() {
	tape := &ad.Tape{}
	x := tape.Var(1)
	y := ad.Cos(ad.Sin(x))
	y.Backward()
	fmt.Printf("y = %.6f, dy/dx = %.6f\n", y.Float(), x.Grad())
	for i, e := range tape.Entries() {
		fmt.Printf("%d %-8s of %v, slopes %.4f, value %.4f, dy/dv %.4f\n", i, e.Op, e.Inputs, e.Slopes, e.Value, e.Grad)
	}
	// Output:
	// y = 0.666367, dy/dx = -0.402862
	// 0 variable of [], slopes [], value 1.0000, dy/dv -0.4029
	// 1 sin      of [0], slopes [0.5403], value 0.8415, dy/dv -0.7456
	// 2 cos      of [1], slopes [-0.7456], value 0.6664, dy/dv 1.0000
}

// A variable that is used twice gets a share from each use: f = x·y + x, ∂f/∂x = y + 1.
func ExampleGradient() {
	f := func(v []ad.Value) ad.Value { return ad.Add(ad.Mul(v[0], v[1]), v[0]) }
	fmt.Println(ad.Gradient(f, []float64{2, 5}))
	// Output: 12 [6 2]
}
