package initial_test

import (
	"fmt"

	"nncourse/lib/activation"
	"nncourse/lib/initial"
)

// What fifty wide layers of ReLU do to the size of a signal.
func ExampleTheory() {
	for _, s := range []initial.Scheme{initial.He{}, initial.Xavier{}, initial.Normal{Std: 0.2}} {
		q := initial.Theory(s, activation.ReLU, 256, 50).Forward
		fmt.Printf("%-6s %.1e\n", s.Name(), q[50])
	}
	// Output:
	// He     1.0e+00
	// Xavier 8.9e-16
	// normal 2.9e+35
}
