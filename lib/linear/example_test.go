package linear_test

import (
	"fmt"

	"nncourse/lib/linear"
)

// AND is separable: the perceptron ends. XOR is not: it comes back to where it was.
func ExamplePerceptron_Train() {
	x := [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	for _, f := range []struct {
		name string
		y    []float64
	}{{"AND", []float64{-1, -1, -1, 1}}, {"XOR", []float64{-1, 1, 1, -1}}} {
		r, err := linear.Perceptron{}.Train(x, f.y)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(f.name, "mistakes", r.Mistakes, "w", r.W, "b", r.B, "cycle", r.Cycle)
	}
	// Output:
	// AND mistakes [2 3 3 2 2 3 2 1 0] w [3 2] b -4 cycle 0
	// XOR mistakes [4] w [0 0] b 0 cycle 1
}

// Any separating hyperplane proves how many mistakes the perceptron can make at most.
func ExampleNovikoff() {
	x := [][]float64{{2, 0}, {-2, 0}}
	y := []float64{1, -1}
	n, err := linear.Novikoff([]float64{1, 0}, 0, x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("R = %.4f, γ = %.4f: at most %.2f mistakes\n", n.Radius, n.Margin, n.Mistakes)
	// Output: R = 2.2361, γ = 2.0000: at most 1.25 mistakes
}
