package symmetry_test

import (
	"fmt"

	"nncourse/lib/symmetry"
)

// The axioms decide what is a group: shifts by 0 and 2 out of 4 are one, shifts by 0 and 1 are not.
func ExampleCheck() {
	s := symmetry.CyclicShifts(4).Elements
	fmt.Println(symmetry.Check(s[0], s[2]).Hold())
	fmt.Println(symmetry.Check(s[0], s[1]))
	// Output:
	// true
	// closure: s1·s1 is not in the set
	// associativity: ✓
	// identity: ✓
	// inverse: the inverse of s1 is not in the set
}

// One point with its mirror image is closed under the mirror, one alone is not.
func ExampleGroup_OnData() {
	mirror := symmetry.Mirror(2, 0) // (x, y) → (−x, y)
	_, err := mirror.OnData([][]float64{{1, 5}, {-1, 5}}, nil, 1e-12)
	fmt.Println(err)
	_, err = mirror.OnData([][]float64{{1, 5}, {-1, 4}}, nil, 1e-12)
	fmt.Println(err)
	// Output:
	// <nil>
	// symmetry: not closed under mirror of coordinate 0: the image of row 0 under m is missing (nearest row at 1)
}

// Shifting the input shifts the features, and their sum stays.
func ExampleGroup_Features() {
	g := symmetry.CyclicShifts(4)
	w, x := []float64{1, -1, 0, 0}, []float64{3, 0, 1, 2}
	shifted := g.Elements[1].Apply(nil, x)
	fmt.Println("x: ", x, g.Features(w, x, nil))
	fmt.Println("gx:", shifted, g.Features(w, shifted, nil))
	fmt.Println("P_g:", g.P(1))
	// Output:
	// x:  [3 0 1 2] [3 -1 -1 -1]
	// gx: [2 3 0 1] [-1 3 -1 -1]
	// P_g: [3 0 1 2]
}
