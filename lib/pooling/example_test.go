package pooling_test

import (
	"fmt"

	"nncourse/lib/pooling"
)

// Max, mean and L2 pool of one picture.
func Example() {
	x := [][]float64{{3, 4, 0, 0}, {0, 0, 0, 1}, {1, 1, 6, 0}, {1, 1, 0, 8}}
	two := pooling.Options{Window: 2}
	y, arg := pooling.Max2D(x, two, two)
	fmt.Println("max ", y, "at", arg)
	fmt.Println("mean", pooling.Mean2D(x, two, two))
	fmt.Println("L2  ", pooling.Lp2D(x, 2, two, two))
	// Output:
	// max  [[4 1] [1 8]] at [[[0 1] [1 3]] [[2 0] [3 3]]]
	// mean [[1.75 0.25] [1 3.5]]
	// L2   [[5 1] [2 10]]
}

// The gradient goes to the maxima; an entry that is the maximum of two windows gets both.
func ExampleMaxBackward() {
	x := []float64{1, 7, 2, 5, 5}
	y, arg := pooling.Max(x, pooling.Options{Window: 3, Stride: 1})
	fmt.Println(y, arg)
	fmt.Println(pooling.MaxBackward(5, arg, []float64{10, 20, 30}))
	// Output:
	// [7 7 5] [1 1 3]
	// [0 30 0 30 0]
}

// The lecture's claim, counted.
func ExampleKept() {
	for _, k := range []int{2, 3} {
		fmt.Println(pooling.Kept(k), "of 8, mean", pooling.KeptShare(k))
	}
	// Output:
	// [[3 3] [3 3]] of 8, mean 3/8
	// [[3 5 3] [5 8 5] [3 5 3]] of 8, mean 5/9
}
