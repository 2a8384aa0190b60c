package text

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/lib/activation"
)

// SampleWeights are the probabilities by which Sample draws: softmax(z/temperature) over the topK largest logits z, 0 for the others.
//
// temperature 1 is the model's own distribution; below 1 it is sharper, and 0 puts all on the largest logit, the first of equals; above 1 it is flatter.
// topK 0, or one that is not less than the number of logits, keeps all; of equals at the edge the first ones stay (Fan, Lewis, Dauphin 2018, section 5.1).
// It panics on temperature < 0 or NaN, topK < 0, or no logits.
func SampleWeights(z []float64, temperature float64, topK int) []float64 {
	if len(z) == 0 || !(temperature >= 0) || topK < 0 {
		panic(fmt.Sprintf("text: SampleWeights: %d logits, temperature %g, top %d", len(z), temperature, topK))
	}
	order := make([]int, len(z))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(z[b], z[a]) })
	if topK == 0 || topK > len(z) {
		topK = len(z)
	}
	if temperature == 0 {
		return OneHot(order[0], len(z))
	}
	scaled := make([]float64, len(z))
	for i := range scaled {
		scaled[i] = math.Inf(-1)
	}
	for _, i := range order[:topK] {
		scaled[i] = (z[i] - z[order[0]]) / temperature
	}
	return activation.Softmax(scaled, scaled)
}

// Sample draws a token by SampleWeights.
func Sample(z []float64, temperature float64, topK int, rng *rand.Rand) int {
	p := SampleWeights(z, temperature, topK)
	u, last := rng.Float64(), 0
	for i, w := range p {
		if w > 0 {
			last = i
			if u -= w; u < 0 {
				break
			}
		}
	}
	return last
}
