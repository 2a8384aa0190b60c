package robust_test

import (
	"fmt"

	"nncourse/lib/robust"
)

// Of 1000 digits 915 are right under attack: how well is the share known?
func ExampleClopperPearson() {
	lo, hi := robust.ClopperPearson(915, 1000, 0.95)
	fmt.Printf("0.915 [%.3f, %.3f]\n", lo, hi)
	lo, hi = robust.ClopperPearson(0, 20, 0.95)
	fmt.Printf("0 of 20: [%.3f, %.3f]\n", lo, hi)
	// Output:
	// 0.915 [0.896, 0.932]
	// 0 of 20: [0.000, 0.168]
}

// ε grows over the first half of the steps.
func ExampleTraining_Radius() {
	t := robust.Training{Epsilon: 0.2, Grow: 0.5}
	for done := 0; done < 100; done += 20 {
		fmt.Printf("%.2f ", t.Radius(done, 100))
	}
	// Output: 0.00 0.08 0.16 0.20 0.20
}
