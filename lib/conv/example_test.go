package conv_test

import (
	"fmt"

	"nncourse/lib/conv"
)

// The same numbers with and without the flip.
func Example() {
	x := []float64{0, 0, 1, 0, 0} // an impulse
	w := []float64{1, 2, 3}
	fmt.Println("convolution", conv.Convolve(x, w, conv.Options{Mode: conv.Same}))
	fmt.Println("correlation", conv.Correlate(x, w, conv.Options{Mode: conv.Same}))
	// Output:
	// convolution [0 1 2 3 0]
	// correlation [0 3 2 1 0]
}

// The worked example of the lecture is a correlation.
func ExampleCorrelate2D() {
	x := [][]float64{{2, 4, 9, 1, 4}, {2, 1, 4, 4, 6}, {1, 1, 2, 9, 2}, {7, 3, 5, 1, 3}, {2, 3, 4, 8, 5}}
	w := [][]float64{{1, 2, 3}, {-4, 7, 4}, {2, -5, 1}}
	fmt.Println(conv.Correlate2D(x, w, conv.Options{}))
	fmt.Println(conv.Convolve2D(x, w, conv.Options{}))
	// Output:
	// [[51 66 20] [31 49 101] [15 53 -2]]
	// [[6 -7 58] [40 -9 79] [45 77 9]]
}

func ExampleCirculant() {
	c := conv.Circulant([]float64{1, 2, 3}, 3)
	for i := range 3 {
		fmt.Println(c.RawRowView(i))
	}
	fmt.Println(conv.Convolve([]float64{1, 0, 0}, []float64{1, 2, 3}, conv.Options{Mode: conv.Circular}))
	// Output:
	// [1 3 2]
	// [2 1 3]
	// [3 2 1]
	// [1 2 3]
}

func ExampleReceptive() {
	for i, f := range conv.Receptive(conv.Stage{Kernel: 3}, conv.Stage{Kernel: 3}, conv.Stage{Kernel: 2, Stride: 2}, conv.Stage{Kernel: 3}) {
		fmt.Printf("layer %d: %d wide, %d apart\n", i, f.Size, f.Jump)
	}
	// Output:
	// layer 0: 1 wide, 1 apart
	// layer 1: 3 wide, 1 apart
	// layer 2: 5 wide, 1 apart
	// layer 3: 6 wide, 2 apart
	// layer 4: 10 wide, 2 apart
}

func ExampleFullParameters() {
	fmt.Println("full         ", conv.FullParameters(28, 28, 1, 24, 24, 6))
	fmt.Println("local        ", conv.LocalParameters(5, 5, 1, 24, 24, 6))
	fmt.Println("convolutional", conv.ConvolutionalParameters(5, 5, 1, 6))
	// Output:
	// full          2712960
	// local         89856
	// convolutional 156
}
