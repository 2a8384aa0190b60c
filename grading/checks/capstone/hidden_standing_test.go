// ### BEGIN HIDDEN TESTS

package capstone

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"nncourse/lib/capstone"
	reference "nncourse/solutions/capstone"
	baseline "nncourse/solutions/capstone/wrong/standard"
)

// The leaderboard's rows to compare with are what the solution and the baseline reach. With CAPSTONE_STANDING=1 the test measures as the rows were
// measured, and prints the numbers; without, on fewer pictures.
func TestStanding(t *testing.T) {
	protocol, images := capstone.Standard, 200
	if os.Getenv("CAPSTONE_STANDING") != "" {
		protocol.Attacked, images = 300, 1000
	}
	for i, train := range []func(x [][]float64, y []int) (m capstone.Model, err error){
		func(x [][]float64, y []int) (m capstone.Model, err error) {
			got, err := reference.Train(x, y, 1)
			for _, l := range got.Layers {
				m.Layers = append(m.Layers, capstone.Layer(l))
			}
			return m, err
		},
		func(x [][]float64, y []int) (m capstone.Model, err error) {
			got, err := baseline.Train(x, y, 1)
			for _, l := range got.Layers {
				m.Layers = append(m.Layers, capstone.Layer(l))
			}
			return m, err
		},
	} {
		rng := rand.New(rand.NewPCG(2026, 11))
		d, test := capstone.Draw(trainPictures, rng), capstone.Draw(images, rng)
		m, err := train(d.X, d.Y)
		if err != nil {
			t.Fatal(err)
		}
		net, err := capstone.Compile(m, capstone.Side, capstone.Side, capstone.Classes)
		if err != nil {
			t.Fatal(err)
		}
		r := capstone.Measure(net, test, protocol, rng)
		row := leaderboard.Standing[i]
		t.Logf("%s: robust %d of %d, clean %d of %d, localisation %.2f, %d parameters", row.Name, r.Robust, r.Attacked, r.Clean, r.Images, r.Localisation, net.Parameters())
		for k, v := range []float64{r.RobustAccuracy(), r.CleanAccuracy(), r.Localisation} {
			// four standard errors of 60 pictures at 0.77 are 0.22
			if f := row.Figures[k]; math.Abs(f.Value-v) > 0.22 {
				t.Errorf("%s: %s is %.2f, the row says %.2f", row.Name, f.Name, v, f.Value)
			}
		}
		if f := row.Figures[3]; f.Value != float64(net.Parameters()) {
			t.Errorf("%s: %d parameters, the row says %v", row.Name, net.Parameters(), f.Value)
		}
	}
}

// ### END HIDDEN TESTS
