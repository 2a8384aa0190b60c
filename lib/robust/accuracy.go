package robust

import (
	"context"
	"fmt"
	"slices"

	"nncourse/lib/attack"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Curve is robust accuracy against the radius: how many answers are right whatever the attack does inside the ball.
type Curve struct {
	Attack   string    // with the largest radius, in words
	N        int       // examples
	Level    float64   // of the intervals
	Epsilon  []float64 // radii, ascending
	Right    []int     // answers that are right at x and that no perturbation found changes
	Accuracy []float64 // Right/N
	Lo, Hi   []float64 // Clopper-Pearson's interval, for the choice of examples
	// First is the smallest of the radii at which an example's answer is wrong [N], −1 where it is right at all.
	First []float64
}

// Measure attacks the examples of d at each radius by PGD, with a's norm, steps, restarts and range, and counts the answers that stay
// right. a.Step = 0 means 2.5·ε/Steps at each ε; another is taken at all radii.
//
// An example counts as broken from the smallest radius on at which any of the restarts broke it: a perturbation found in a ball lies in
// every larger one. So the curve never rises, and what is broken is not attacked again. Radii must ascend; 0 is the clean accuracy.
//
// It is an upper bound of the true robust accuracy, which no attack knows: an example on which the attack finds no gradient counts as
// right too. The error is the context's or the backend's.
func Measure(ctx context.Context, m *nets.Model, d *datasets.Images, a attack.PGD, radii []float64, level float64) (*Curve, error) {
	if d.N == 0 || !slices.IsSorted(radii) || a.Targets != nil {
		panic(fmt.Sprintf("robust: Measure needs examples (%d), radii that ascend (%v), and no targets", d.N, radii))
	}
	attacks, err := a.Compile(m) // one program for all radii
	if err != nil {
		return nil, err
	}
	defer attacks.Close()
	c := &Curve{N: d.N, Level: level, First: make([]float64, d.N)}
	standing := make([]int, d.N) // examples that nothing has broken
	for i := range standing {
		standing[i], c.First[i] = i, -1
	}
	for _, eps := range radii {
		if len(standing) > 0 {
			attacks.Epsilon = eps
			res, err := attacks.Attack(ctx, d.Subset(standing))
			if err != nil {
				return nil, err
			}
			c.Attack = res.Name
			var rest []int
			for s, i := range standing {
				switch res.Status[s] {
				case attack.Flipped, attack.AlreadyWrong, attack.NotFinite:
					c.First[i] = eps
				default:
					rest = append(rest, i)
				}
			}
			standing = rest
		}
		lo, hi := ClopperPearson(len(standing), d.N, level)
		c.Epsilon, c.Right = append(c.Epsilon, eps), append(c.Right, len(standing))
		c.Accuracy, c.Lo, c.Hi = append(c.Accuracy, float64(len(standing))/float64(d.N)), append(c.Lo, lo), append(c.Hi, hi)
	}
	return c, nil
}
