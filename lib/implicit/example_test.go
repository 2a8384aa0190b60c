package implicit_test

import (
	"context"
	"fmt"

	"nncourse/lib/implicit"
)

// Ten steps of 0.1 and the two flows after the time 1, on L = w²/2: GD goes faster than the flow of L.
func ExampleGD() {
	l := implicit.Quadratic([][]float64{{1}}, []float64{0})
	points, err := implicit.Descend(l, []float64{1}, 0.1, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, loss := range []implicit.Loss{l, implicit.GD(l, 0.1)} {
		flow, err := implicit.Flow(context.Background(), loss, []float64{1}, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("GD %.4f, flow %.4f\n", points[10][0], flow.End()[0])
	}
	// Output:
	// GD 0.3487, flow 0.3679
	// GD 0.3487, flow 0.3499
}

// An epoch over two samples, in both orders, and the flow of the loss modified for it.
func ExampleSGD() {
	parts := []implicit.Loss{
		implicit.Quadratic([][]float64{{1}}, []float64{0}),
		implicit.Quadratic([][]float64{{3}}, []float64{1}),
	}
	mean, err := implicit.MeanEpoch(context.Background(), parts, []float64{2}, 0.05)
	if err != nil {
		fmt.Println(err)
		return
	}
	flow, err := implicit.Flow(context.Background(), implicit.SGD(parts, 0.05), []float64{2}, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("mean of the orders %.5f, flow %.5f\n", mean[0], flow.End()[0])
	// Output:
	// mean of the orders 1.76125, flow 1.76239
}
