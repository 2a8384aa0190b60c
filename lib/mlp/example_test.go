package mlp_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// Exclusive or by hand: h₁ counts the ones, h₂ says whether there are two, and y = h₁ − 2h₂.
func Example() {
	n := &mlp.Net{Layers: []mlp.Layer{
		{W: mat.NewDense(2, 2, []float64{1, 1, 1, 1}), B: []float64{0, -1}, Act: activation.ReLU},
		{W: mat.NewDense(1, 2, []float64{1, -2}), B: []float64{0}, Act: activation.Identity},
	}}
	p := n.Forward(mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1}))
	fmt.Println("h =", mat.Formatted(p.A[0].T(), mat.Prefix("    ")))
	fmt.Println("y =", mat.Formatted(p.Out().T()))
	// Output:
	// h = ⎡0  1  1  2⎤
	//     ⎣0  0  0  1⎦
	// y = [0  1  1  0]
}

// One hidden layer of four units learns exclusive or.
func ExampleNet_Train() {
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1})
	y := mat.NewDense(4, 1, []float64{0, 1, 1, 0})
	n := mlp.New(rand.New(rand.NewPCG(1, 2)), activation.Tanh, 2, 4, 1)
	h, err := n.Train(context.Background(), x, y, loss.SquaredHalf, mlp.TrainConfig{
		Epochs: 300, Rate: 0.05, Adam: true,
		Every: func(epoch int, loss float64) bool { return loss > 1e-4 },
	})
	fmt.Println("error:", err)
	fmt.Println("loss below 1e-4:", h.Loss[len(h.Loss)-1] < 1e-4)
	for i := range 4 {
		fmt.Println(x.RawRowView(i), "is", n.Predict(x.RawRowView(i))[0] > 0.5)
	}
	// Output:
	// error: <nil>
	// loss below 1e-4: true
	// [0 0] is false
	// [0 1] is true
	// [1 0] is true
	// [1 1] is false
}

// The gradient of one neuron, J = ½(wx + b − y)², so that ∂J/∂w = (wx + b − y)x.
func ExampleNet_Gradient() {
	n := &mlp.Net{Layers: []mlp.Layer{{W: mat.NewDense(1, 1, []float64{2}), B: []float64{1}, Act: activation.Identity}}}
	j, g := n.Gradient(mat.NewDense(1, 1, []float64{3}), mat.NewDense(1, 1, []float64{5}), loss.SquaredHalf)
	fmt.Println("J =", j)
	fmt.Println("∂J/∂w, ∂J/∂b =", g.Flat())
	fmt.Println("∂J/∂x =", g.X.At(0, 0))
	// Output:
	// J = 2
	// ∂J/∂w, ∂J/∂b = [6 2]
	// ∂J/∂x = 4
}
