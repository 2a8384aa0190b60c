package capstone

import (
	"image"
	"math/rand/v2"
)

// Protocol is how much is measured. The zero value means Standard.
type Protocol struct {
	Attacked     int // pictures that are attacked: the first of the data
	PGD          PGD
	DeepFool     DeepFool
	Transfer     int // steps on each surrogate
	RandomSearch RandomSearch
}

// Standard is the grader's protocol.
var Standard = Protocol{Attacked: 60, PGD: PGD{Steps: 10, Restarts: 2}, DeepFool: DeepFool{Steps: 8}, Transfer: 10, RandomSearch: RandomSearch{Queries: 150}}

// MaskedShare is the share of the attacked pictures that may fall to the black box though PGD could not break them. More, and the net's
// gradients mislead: the white-box figure cannot be believed (Athalye, Carlini and Wagner 2018, section 3.1: "black-box attacks are better
// than white-box attacks").
const MaskedShare = 0.15

// Result is what was measured. The counts of the attacked pictures only fall from PGD on: each attack is tried on what the attacks before it
// left standing, and Robust is what survives all.
type Result struct {
	Images   int // measured without an attack
	Clean    int // of them right
	Attacked int // attacked
	Intact   int // of them right as they are
	PGD      int // right after PGD too
	DeepFool int // right after DeepFool too
	Robust   int // right after everything: after transfer and random search too
	// BlackBoxOnly counts pictures that PGD could not break and the black box could.
	BlackBoxOnly int
	Localisation float64 // mean over the attacked pictures: see Localisation
	NotFinite    int     // pictures for which a logit was NaN or infinite
}

// CleanAccuracy is the share of pictures that are right.
func (r Result) CleanAccuracy() float64 { return float64(r.Clean) / float64(r.Images) }

// RobustAccuracy is the share of the attacked pictures that are right as they are and after every attack.
func (r Result) RobustAccuracy() float64 { return float64(r.Robust) / float64(r.Attacked) }

// Masked says that the black box is stronger than the white box by more than MaskedShare.
func (r Result) Masked() bool { return float64(r.BlackBoxOnly) > MaskedShare*float64(r.Attacked) }

// Measure measures a net. d must not be empty.
func Measure(n *Net, d *Data, p Protocol, rng *rand.Rand) Result {
	if p == (Protocol{}) {
		p = Standard
	}
	r := Result{Images: len(d.X), Attacked: min(p.Attacked, len(d.X))}
	for i, x := range d.X {
		y := d.Y[i]
		answer := n.Answer(x)
		if answer < 0 {
			r.NotFinite++
		}
		if answer == y {
			r.Clean++
		}
		if i >= r.Attacked {
			continue
		}
		r.Localisation += Localisation(Saliency(n, x, y), d.Boxes[i]) / float64(r.Attacked)
		if answer != y {
			continue
		}
		r.Intact++
		white := p.PGD.Run(n, x, y, Epsilon, rng) == nil
		if white {
			r.PGD++
		}
		deepfool := white && p.DeepFool.Run(n, x, y, Epsilon) == nil
		if deepfool {
			r.DeepFool++
		}
		if !white {
			continue
		}
		black := true
		for _, s := range Surrogates() {
			black = black && n.Answer(Transfer(s, x, y, Epsilon, p.Transfer)) == y
		}
		black = black && p.RandomSearch.Run(n, x, y, Epsilon, rng) == nil
		if !black {
			r.BlackBoxOnly++
		}
		if deepfool && black {
			r.Robust++
		}
	}
	return r
}

// Saliency is |∂(z_y − max_{k≠y} z_k)/∂x|: what moves the margin of class y. (Logits, not probabilities: a sure softmax has no gradient left.)
func Saliency(n *Net, x []float64, y int) []float64 {
	p := n.Forward(x)
	z := p.Logits()
	dz := make([]float64, len(z))
	dz[y], dz[rival(z, y)] = 1, -1
	g := p.Gradient(dz)
	for i, v := range g {
		g[i] = max(v, -v)
	}
	return g
}

// Localisation is the share of a map's energy Σ s² that lies in the object's box grown by one pixel on each side; 0 if there is no energy, or
// if it is not finite. A map that is the same everywhere has the box's share of the area, 7·7/144 = 0.34 where the box is not cut off.
func Localisation(s []float64, box image.Rectangle) float64 {
	box = box.Inset(-1)
	in, all := 0.0, 0.0
	for i, v := range s {
		all += v * v
		if (image.Point{X: i % Side, Y: i / Side}).In(box) {
			in += v * v
		}
	}
	if share := in / all; share >= 0 && share <= 1 {
		return share
	}
	return 0
}
