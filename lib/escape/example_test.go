package escape_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"nncourse/lib/escape"
)

// From the bottom of a sharp basin, with more and more noise: how many of 100 walks of 5000 steps end in the flat one?
func Example() {
	l, err := escape.Double(4, 1, 3, 10, 1, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, temperature := range []float64{0.05, 0.3, 0.6} {
		s := escape.Survey{
			Run:       escape.Run{Process: escape.Langevin{On: l, Rate: 0.01, Temperature: temperature}, Steps: 5000},
			Landscape: l, Runs: 100,
		}
		c, err := s.Take(context.Background(), l.Minima[0], rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			fmt.Println(err)
			return
		}
		_, lo, hi := c.Share(1)
		fmt.Printf("T = %.2f: %3d of 100 in the flat basin, 95 %% interval %.2f … %.2f\n", temperature, c.Count[1], lo, hi)
	}
	// Output:
	// T = 0.05:   0 of 100 in the flat basin, 95 % interval 0.00 … 0.04
	// T = 0.30:   3 of 100 in the flat basin, 95 % interval 0.01 … 0.08
	// T = 0.60:  68 of 100 in the flat basin, 95 % interval 0.58 … 0.76
}
