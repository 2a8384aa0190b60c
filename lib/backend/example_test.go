package backend_test

import (
	"context"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"

	"nncourse/lib/backend"
)

// Open the backend, compile a function of two vectors, and run it.
func ExampleNew() {
	b, err := backend.New(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	dot, err := graph.ExecOnce(b, func(x, y *graph.Node) *graph.Node {
		return graph.ReduceAllSum(graph.Mul(x, y)) // xᵀy
	}, []float64{1, 2, 3}, []float64{4, 5, 6})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(dot.Value())
	// Output: 32
}
