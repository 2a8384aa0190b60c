package robust

import (
	"context"
	"fmt"
	"math/rand/v2"

	"nncourse/lib/attack"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/proportion"
)

// Halves splits d at random into two parts without a common image, of d.N/2 and d.N − d.N/2 images: for nets that have learned the
// same task from nothing in common. The random order decides everything; the parts are copies.
func Halves(d *datasets.Images, rng *rand.Rand) (a, b *datasets.Images) {
	order := rng.Perm(d.N)
	a, b = d.Subset(order[:d.N/2]), d.Subset(order[d.N/2:])
	a.Name, b.Name = d.Name+", one half", d.Name+", other half"
	return a, b
}

// Crafted is what one attack made of the same images on each of several nets.
type Crafted struct {
	Attack string
	Models []*nets.Model
	// Images are those of the images given that every net labels rightly, so that whatever a net gets wrong afterwards is the
	// perturbation's doing; Index are their places among the images given.
	Images  *datasets.Images
	Index   []int
	Results []*attack.Result // [net] of the attack on that net; all of the same Images
}

// Craft attacks every net on the images that all nets label rightly. An attack with a random source goes on with it from net to net.
// It panics if there are no nets or a net does not fit the images; the error is the attack's, or says that no image is left.
func Craft(ctx context.Context, a attack.Attack, models []*nets.Model, images *datasets.Images) (*Crafted, error) {
	if len(models) == 0 {
		panic("robust: Craft without a net")
	}
	right := make([]int, images.N) // nets that label the image rightly
	for i, m := range models {
		m.CheckImages(images)
		labels, _, err := m.Predict(ctx, images.Pix[:images.N*images.H*images.W*images.C])
		if err != nil {
			return nil, fmt.Errorf("robust: net %d: %w", i, err)
		}
		for n, l := range labels {
			if l == images.Labels[n] {
				right[n]++
			}
		}
	}
	c := &Crafted{Models: models}
	for n, k := range right {
		if k == len(models) {
			c.Index = append(c.Index, n)
		}
	}
	if len(c.Index) == 0 {
		return nil, fmt.Errorf("robust: of %d images none is labelled rightly by all %d nets; train them, or give more images", images.N, len(models))
	}
	c.Images = images.Subset(c.Index)
	for i, m := range models {
		r, err := a.Attack(ctx, m, c.Images)
		if err != nil {
			return nil, fmt.Errorf("robust: attack on net %d: %w", i, err)
		}
		c.Attack, c.Results = r.Name, append(c.Results, r)
	}
	return c, nil
}

// TransferMatrix counts what the examples made on net i do to net j. All counts are [i][j], of the same N images.
type TransferMatrix struct {
	Attack string
	N      int     // images, which all nets label rightly as they are
	Fooled [][]int // net j is wrong on the example made on net i
	// Made[i] are the examples of net i that fool net i itself. The next two count among these only.
	Made    []int
	Carried [][]int // and net j is wrong too
	Agree   [][]int // and net j gives the same wrong answer as net i
}

// Matrix shows every net's examples x + stretch·r to every net. stretch = 1 takes the examples as they were made; more than 1 goes past the
// boundary that a minimum-norm attack stops at. With lo < hi the examples are clipped into [lo, hi] after that; lo = hi = 0 clips nothing.
func (c *Crafted) Matrix(ctx context.Context, stretch, lo, hi float64) (*TransferMatrix, error) {
	n, size := len(c.Models), c.Images.H*c.Images.W*c.Images.C
	t := &TransferMatrix{Attack: c.Attack, N: c.Images.N, Made: make([]int, n)}
	if stretch != 1 {
		t.Attack += fmt.Sprintf(", × %g", stretch)
	}
	pix := make([]float32, c.Images.N*size)
	for i, r := range c.Results {
		for k := range pix {
			pix[k] = c.Images.Pix[k] + float32(stretch)*r.R[k]
			if lo != 0 || hi != 0 {
				pix[k] = min(max(pix[k], float32(lo)), float32(hi))
			}
		}
		answers := make([][]int32, n) // [net][image]
		for j, m := range c.Models {
			var err error
			if answers[j], _, err = m.Predict(ctx, pix); err != nil {
				return nil, fmt.Errorf("robust: net %d: %w", j, err)
			}
		}
		fooled, carried, agree := make([]int, n), make([]int, n), make([]int, n)
		for k, label := range c.Images.Labels {
			made := answers[i][k] != label
			if made {
				t.Made[i]++
			}
			for j := range n {
				if answers[j][k] == label {
					continue
				}
				fooled[j]++
				if made {
					carried[j]++
					if answers[j][k] == answers[i][k] {
						agree[j]++
					}
				}
			}
		}
		t.Fooled, t.Carried, t.Agree = append(t.Fooled, fooled), append(t.Carried, carried), append(t.Agree, agree)
	}
	return t, nil
}

// Transfer is Craft and then the Matrix of the examples as they were made.
func Transfer(ctx context.Context, a attack.Attack, models []*nets.Model, images *datasets.Images) (*TransferMatrix, error) {
	c, err := Craft(ctx, a, models, images)
	if err != nil {
		return nil, err
	}
	return c.Matrix(ctx, 1, 0, 0)
}

// Rate is the share of all N images on which net j errs when shown the example made on net i, with its 95 % interval for the choice of
// the images (Wilson).
func (t *TransferMatrix) Rate(i, j int) (rate, lo, hi float64) {
	lo, hi = proportion.Wilson(t.Fooled[i][j], t.N)
	return float64(t.Fooled[i][j]) / float64(t.N), lo, hi
}

// Rates are the shares of Rate, [from][to], to be drawn.
func (t *TransferMatrix) Rates() [][]float64 {
	z := make([][]float64, len(t.Fooled))
	for i, row := range t.Fooled {
		for _, k := range row {
			z[i] = append(z[i], float64(k)/float64(t.N))
		}
	}
	return z
}

// Off is the mean share over all pairs of different nets, and Own that over each net with itself: white box. NaN without a pair.
func (t *TransferMatrix) Off() float64 { return t.mean(false) }

// Own is described at Off.
func (t *TransferMatrix) Own() float64 { return t.mean(true) }

func (t *TransferMatrix) mean(diagonal bool) float64 {
	sum, n := 0.0, 0.0
	for i, row := range t.Rates() {
		for j, r := range row {
			if (i == j) == diagonal {
				sum, n = sum+r, n+1
			}
		}
	}
	return sum / n
}
