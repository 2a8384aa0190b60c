// ### BEGIN HIDDEN TESTS

package linearregions

import (
	"math/rand/v2"
	"testing"

	"nncourse/lib/relunet"
)

// The reference counts as the exact library does.
func TestReference(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	box := givenBox()
	for i := range 300 {
		widths := [][]int{{6}, {5, 4}, {4, 4, 3}, {3, 3, 3, 3}}[i%4]
		n := clearly(box, func() net { return random(r, "", 2, widths...) })
		if i%8 > 3 { // small integers: everything degenerate, everything exact
			n = random(r, "", 2, widths...)
			for l := range n.w {
				for j := range n.w[l] {
					for k := range n.w[l][j] {
						n.w[l][j][k] = float64(r.IntN(5) - 2)
					}
					n.b[l][j] = float64(r.IntN(3) - 1)
				}
			}
		}
		var m relunet.Net
		for l := range n.w {
			m = append(m, relunet.Layer{W: n.w[l], B: n.b[l]})
		}
		m = append(m, relunet.Layer{W: [][]float64{make([]float64, widths[len(widths)-1])}, B: []float64{0}})
		want, err := relunet.Count(m, relunet.Box{XMin: box[0], XMax: box[1], YMin: box[2], YMax: box[3]})
		if got, _, _ := n.count(box, way{}); err != nil || got != want {
			t.Errorf("%v: %d, exactly %d (%v)", n, got, want, err)
		}
	}
}

// ### END HIDDEN TESTS
