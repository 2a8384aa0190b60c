package plots_test

import (
	"fmt"
	"math"

	"nncourse/lib/plots"
)

func ExampleCurves() {
	var k, loss []float64
	for i := range 50 {
		k = append(k, float64(i))
		loss = append(loss, math.Exp(-float64(i)/10))
	}
	fig, err := plots.Curves("The loss falls by a factor of e every ten steps, a straight line on the logarithmic axis.",
		plots.Axes{Title: "Gradient descent", X: "step k", Y: "loss", LogY: true},
		plots.Series{Name: "η = 0.1", X: k, Y: loss})
	fmt.Println(err, fig.Width, fig.Height)

	_, err = plots.Curves("", plots.Axes{}, plots.Series{Y: loss})
	fmt.Println(err)
	loss[7] = math.NaN()
	_, err = plots.Curves("The loss falls.", plots.Axes{}, plots.Series{Name: "loss", Y: loss})
	fmt.Println(err)
	// Output:
	// <nil> 640 400
	// plots: the alternative text is empty: say in a sentence what is to be seen
	// plots: series 0 ("loss"): Y[7] = NaN: not a finite number; leave such points out
}

func ExampleImages() {
	digit := make([]float32, 28*28)
	change := make([]float32, 28*28)
	change[28*14+14] = -0.3
	fig, err := plots.Images("A black picture and beside it a perturbation of one pixel.", 2,
		plots.Tile{Pix: digit, H: 28, W: 28, C: 1, Caption: "digit"},
		plots.Tile{Pix: change, H: 28, W: 28, C: 1, Diverging: true, Caption: "perturbation"})
	fmt.Println(err, fig.Width, fig.Height)
	// Output: <nil> 492 277
}

func ExampleBoundary() {
	fig, err := plots.Boundary("A circle of radius one separates the plane.",
		plots.Axes{XMin: -2, XMax: 2, YMin: -2, YMax: 2},
		func(x, y float64) float64 { return x*x + y*y - 1 },
		plots.BoundaryOptions{},
		plots.Cloud{Name: "inside", X: []float64{0, 0.3}, Y: []float64{0, -0.2}},
		plots.Cloud{Name: "outside", X: []float64{1.5}, Y: []float64{1}})
	fmt.Println(err, fig.Width, fig.Height)
	// Output: <nil> 560 460
}
