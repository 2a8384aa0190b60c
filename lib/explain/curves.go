package explain

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Curve is the course of a class's probability while pixels are taken out of an image or put in.
type Curve struct {
	Share       []float64 // share of the pixels changed, 0 … 1
	Probability []float64 // softmax probability of the class, mean over the images
	Area        float64   // under the curve, by the trapezoidal rule: small is good for deletion, large for insertion
}

// Deletion removes the pixels of every image in the order of its map, greatest first, and follows the probability of
// the class that the map explains (Petsiuk, Das, Saenko 2018, "RISE", their Alg. 1). A map that names the pixels the net
// uses makes it fall early. maps[i] has the images' size h×w; class [N]; substitute [H·W·C] is the image that shows
// through, a grey one for instance: what it is decides what "removed" means, so say it with the result.
// steps ≥ 1 is the number of points after the first.
//
// It panics where numbers or shapes differ. The error is the context's, the backend's, or names a map that is not finite.
func Deletion(ctx context.Context, m *nets.Model, d *datasets.Images, maps [][][]float64, class []int32, substitute []float32, steps int) (*Curve, error) {
	return curve(ctx, "Deletion", m, d, maps, class, substitute, steps, false)
}

// Insertion is Deletion the other way: it begins with the substitute and puts the image's pixels in, greatest first.
func Insertion(ctx context.Context, m *nets.Model, d *datasets.Images, maps [][][]float64, class []int32, substitute []float32, steps int) (*Curve, error) {
	return curve(ctx, "Insertion", m, d, maps, class, substitute, steps, true)
}

func curve(ctx context.Context, what string, m *nets.Model, d *datasets.Images, maps [][][]float64, class []int32, substitute []float32, steps int, insert bool) (*Curve, error) {
	m.CheckImages(d)
	pixels := d.H * d.W
	if len(maps) != d.N || len(class) != d.N || len(substitute) != pixels*d.C || steps < 1 || d.N == 0 {
		panic(fmt.Sprintf("explain: %s: %d images of %d×%d×%d, %d maps, %d classes, a substitute of %d values, %d steps",
			what, d.N, d.H, d.W, d.C, len(maps), len(class), len(substitute), steps))
	}
	order := make([][]int, d.N) // order[i]: the pixels of image i, greatest first
	for i, v := range maps {
		h, w, err := mapSize(what, v)
		if err != nil {
			return nil, fmt.Errorf("map %d: %w", i, err)
		}
		if h != d.H || w != d.W {
			panic(fmt.Sprintf("explain: %s: map %d is %d×%d and the images are %d×%d: use Upsample", what, i, h, w, d.H, d.W))
		}
		flat := slices.Concat(v...)
		order[i] = make([]int, pixels)
		for p := range order[i] {
			order[i][p] = p
		}
		slices.SortStableFunc(order[i], func(a, b int) int { return cmp.Compare(flat[b], flat[a]) })
	}
	// work [N, H, W, C] goes from the image to the substitute, or back.
	work := slices.Clone(d.Pix[:d.N*pixels*d.C])
	source := func(i, at int) float32 { return substitute[at] }
	if insert {
		for i := range d.N {
			copy(work[i*pixels*d.C:], substitute)
		}
		source = func(i, at int) float32 { return d.Pix[i*pixels*d.C+at] }
	}
	c := &Curve{}
	done := 0
	// Steps of few images are collected until they fill an execution of Predict.
	var waiting []float32
	flush := func() error {
		_, logits, err := m.Predict(ctx, waiting)
		if err != nil {
			return err
		}
		for len(logits) > 0 {
			mean := 0.0
			for i, k := range class {
				mean += softmax(logits[i*m.Classes:(i+1)*m.Classes], int(k)) / float64(d.N)
			}
			c.Probability = append(c.Probability, mean)
			logits = logits[d.N*m.Classes:]
		}
		waiting = waiting[:0]
		return nil
	}
	for step := 0; step <= steps; step++ {
		upTo := int(math.Round(float64(step) / float64(steps) * float64(pixels)))
		for i := range order {
			for _, p := range order[i][done:upTo] {
				for ch := range d.C {
					at := p*d.C + ch
					work[i*pixels*d.C+at] = source(i, at)
				}
			}
		}
		done = upTo
		c.Share = append(c.Share, float64(upTo)/float64(pixels))
		waiting = append(waiting, work...)
		if len(waiting)+len(work) > nets.PredictBatch*pixels*d.C || step == steps {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	for i := 1; i <= steps; i++ {
		c.Area += (c.Share[i] - c.Share[i-1]) * (c.Probability[i] + c.Probability[i-1]) / 2
	}
	return c, nil
}

// RandomOrder makes n maps of h×w independent random numbers: as an order of pixels, what every explanation has to beat.
func RandomOrder(rng *rand.Rand, n, h, w int) [][][]float64 {
	maps := make([][][]float64, n)
	for i := range maps {
		maps[i] = newMap(h, w)
		for _, row := range maps[i] {
			for x := range row {
				row[x] = rng.Float64()
			}
		}
	}
	return maps
}

// softmax is p_c = e^{z_c} / Σ_j e^{z_j}, computed without overflow.
func softmax(z []float32, c int) float64 {
	top := float64(slices.Max(z))
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(float64(v) - top)
	}
	return math.Exp(float64(z[c])-top) / sum
}
