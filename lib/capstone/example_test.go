package capstone_test

import (
	"fmt"
	"math/rand/v2"

	"nncourse/lib/capstone"
)

// A net that knows the textures is right, until it is attacked.
func Example() {
	rng := rand.New(rand.NewPCG(1, 1))
	d := capstone.Draw(100, rng)
	texture := capstone.Surrogates()[1]
	r := capstone.Measure(texture, d, capstone.Protocol{Attacked: 20, PGD: capstone.PGD{Steps: 10, Restarts: 1}}, rng)
	fmt.Println(r.CleanAccuracy() > 0.8, r.RobustAccuracy())
	// Output: true 0
}
