package relunet_test

import (
	"context"
	"fmt"
	"math"

	"nncourse/lib/relunet"
)

// Three lines in general position divide the plane into seven regions.
func ExampleCount() {
	net := relunet.Net{
		{W: [][]float64{{1, 0}, {0, 1}, {1, 1}}, B: []float64{0, 0, -1}},
		{W: [][]float64{{1, 1, 1}}, B: []float64{0}},
	}
	fmt.Println(relunet.Count(net, relunet.Plane))
	// Output: 7 <nil>
}

// Two units that cancel, relu(x) − relu(−x) = x, divide the plane into two regions; but the output is one linear piece.
func ExampleRegions_Pieces() {
	net := relunet.Net{
		{W: [][]float64{{1, 0}, {-1, 0}}, B: []float64{0, 0}},
		{W: [][]float64{{1, -1}}, B: []float64{0}},
	}
	r, err := relunet.Enumerate(context.Background(), net, relunet.Square(1), relunet.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, reg := range r.List {
		fmt.Println(reg.Pattern, reg.Vertices, r.Map(i))
	}
	_, n := r.Pieces()
	fmt.Println(r.N, "regions,", n, "piece")
	// Output:
	// 10 [[0 -1] [1 -1] [1 1] [0 1]] [{1 0 0}]
	// 01 [[-1 -1] [0 -1] [0 1] [-1 1]] [{1 0 0}]
	// 2 regions, 1 piece
}

// |x| − 1 cut off below zero: relu(|x| − 1).
func ExampleKinks() {
	net := relunet.Net{
		{W: [][]float64{{1}, {-1}}, B: []float64{0, 0}},
		{W: [][]float64{{1, 1}}, B: []float64{-1}},
		{W: [][]float64{{1}}, B: []float64{0}},
	}
	kinks, segments, err := relunet.Kinks(context.Background(), net, math.Inf(-1), math.Inf(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Printf("[%g, %g] %s slope %g\n", s.Lo, s.Hi, s.Pattern, s.Slope)
	}
	for _, k := range kinks {
		fmt.Printf("kink at %g: slope %g, then %g\n", k.X, k.Left, k.Right)
	}
	// Output:
	// [-Inf, -1] 011 slope [-1]
	// [-1, 0] 010 slope [0]
	// [0, 1] 100 slope [0]
	// [1, +Inf] 101 slope [1]
	// kink at -1: slope [-1], then [0]
	// kink at 1: slope [0], then [1]
}
