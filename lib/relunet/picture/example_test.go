package picture_test

import (
	"context"
	"fmt"

	"nncourse/lib/plots"
	"nncourse/lib/relunet"
	"nncourse/lib/relunet/picture"
)

// The regions of |x| + |y|: four quadrants.
func ExampleByPattern() {
	net := relunet.Net{
		{W: [][]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}, B: make([]float64, 4)},
		{W: [][]float64{{1, 1, 1, 1}}, B: []float64{0}},
	}
	r, err := relunet.Enumerate(context.Background(), net, relunet.Square(1), relunet.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := picture.ByPattern("Four squares in four colours.", plots.Axes{Title: "|x| + |y|", Equal: true}, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.N, "regions;", f.Alt)
	// Output: 4 regions; Four squares in four colours.
}
