package sparse

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/datasets"
)

// Patches cuts n patches of side×side pixels at random places from grey pictures and returns them as rows, [n, side²]. Each is freed
// of its mean, and divided by its standard deviation, so that a row's length is side. Nearly flat ones, with a standard deviation below 0.05
// (the pictures range from 0 to 1), are drawn anew; it errs if 1000·n draws do not suffice. It panics unless the pictures are grey and at least
// side pixels wide and high.
func Patches(d *datasets.Images, n, side int, rng *rand.Rand) (*mat.Dense, error) {
	if d.C != 1 || side < 1 || d.H < side || d.W < side || n < 1 || d.N < 1 {
		panic(fmt.Sprintf("sparse: Patches: %d patches of side %d from %d pictures of %d×%d×%d", n, side, d.N, d.H, d.W, d.C))
	}
	const flat = 0.05
	x := mat.NewDense(n, side*side, nil)
	for i, draws := 0, 0; i < n; draws++ {
		if draws > 1000*n {
			return nil, fmt.Errorf("sparse: Patches: %d of %d draws from %s were not flat: the pictures are", i, draws, d.Name)
		}
		img, top, left := d.Image(rng.IntN(d.N)), rng.IntN(d.H-side+1), rng.IntN(d.W-side+1)
		row := x.RawRowView(i)
		for p := range row {
			row[p] = float64(img[(top+p/side)*d.W+left+p%side])
		}
		floats.AddConst(-floats.Sum(row)/float64(len(row)), row)
		if deviation := floats.Norm(row, 2) / math.Sqrt(float64(len(row))); deviation >= flat {
			floats.Scale(1/deviation, row)
			i++
		}
	}
	return x, nil
}
