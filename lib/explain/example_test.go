package explain_test

import (
	"fmt"
	"image"

	"nncourse/lib/explain"
)

// Two channels on a 2×2 grid: the first fires at the top left, the second everywhere. Class 0 likes the first channel
// and dislikes the second. The mean of its map plus the bias is its logit.
func Example() {
	f := [][][]float64{ // f[y][x][k]
		{{4, 1}, {0, 1}},
		{{0, 1}, {0, 3}},
	}
	weights := [][]float64{ // [K][C]
		{2, 0},
		{-1, 1},
	}
	biases := []float64{0.5, 0}

	m, _ := explain.ClassMap(f, weights, 0)
	F, _ := explain.Pool(f, explain.Mean)
	fmt.Println("M_0 =", m)
	fmt.Println("F   =", F)
	fmt.Println("S_0 =", explain.Score(F, weights, biases, 0), "= mean of M_0 + 0.5")
	// Output:
	// M_0 = [[7 -1] [-1 -3]]
	// F   = [1 1.5]
	// S_0 = 1 = mean of M_0 + 0.5
}

// From a coarse map to a box in the image, and how well it meets the true box.
func ExampleBox() {
	m, _ := explain.Upsample([][]float64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, 9, 9)
	box, _ := explain.Box(m, 0.5)
	truth := image.Rect(3, 3, 8, 6)
	fmt.Println(box, "IoU", explain.IoU(box, truth))
	// Output: (3,3)-(6,6) IoU 0.6
}

// Two places make six pixels: their centres lie at pixel coordinates 1 and 4.
func ExampleUpsample() {
	m, _ := explain.Upsample([][]float64{{0, 6}}, 1, 6)
	fmt.Println(m)
	// Output: [[0 0 2 4 6 6]]
}
