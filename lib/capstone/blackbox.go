package capstone

import (
	"math/rand/v2"
	"sync"
)

// Surrogates are the two nets from which examples are transferred. Both are written down, not trained: one knows the letters (each class a
// 5×5 kernel, the letter itself less its mean, and the greatest response over all places), the other the textures (linear).
var Surrogates = sync.OnceValue(func() []*Net {
	conv := Layer{Kind: "conv", Size: letterSide, Out: Classes, W: make([]float64, letterSide*letterSide*Classes), B: make([]float64, Classes)}
	mix := Layer{Kind: "dense", Out: Classes, W: make([]float64, Classes*Classes), B: make([]float64, Classes)}
	linear := Layer{Kind: "dense", Out: Classes, W: make([]float64, Classes*Pixels), B: make([]float64, Classes)}
	for k, rows := range letters {
		ink := 0.0
		for _, row := range rows {
			for _, c := range row {
				if c == '#' {
					ink++
				}
			}
		}
		for i, row := range rows {
			for j, c := range row {
				w := -1 / (letterSide*letterSide - ink)
				if c == '#' {
					w = 1 / ink
				}
				conv.W[(i*letterSide+j)*Classes+k] = w
			}
		}
		mix.W[k*Classes+k] = 20
		for i := range Pixels {
			linear.W[k*Pixels+i] = textures[k](i/Side, i%Side) * 10 / (textureSize * Pixels)
		}
	}
	var nets []*Net
	for _, m := range []Model{{[]Layer{conv, {Kind: "globalmax"}, mix}}, {[]Layer{linear}}} {
		n, err := Compile(m, Side, Side, Classes)
		if err != nil {
			panic(err)
		}
		nets = append(nets, n)
	}
	return nets
})

// Transfer is one attack from a surrogate: all the steps of PGD there, whether the surrogate is fooled or not. It returns the picture.
func Transfer(surrogate *Net, x []float64, y int, eps float64, steps int) []float64 {
	at := append([]float64{}, x...)
	for range steps {
		p := surrogate.Forward(at)
		dz := softmax(p.Logits())
		dz[y]--
		signStep(at, x, p.Gradient(dz), 2.5*eps/float64(steps), eps)
	}
	return at
}

// RandomSearch asks for nothing but logits: squares of ±eps at random places are kept if they lower the margin z_y − max_{k≠y} z_k, squares that
// become smaller as time goes by (a short form of the Square Attack: Andriushchenko et al. 2020, algorithms 1 and 2). Gradients play
// no part, so masked ones do not stop it.
type RandomSearch struct{ Queries int }

// Run attacks one picture. It returns one that is answered wrongly, or nil.
func (a RandomSearch) Run(n *Net, x []float64, y int, eps float64, rng *rand.Rand) []float64 {
	at := make([]float64, len(x))
	for j := range Side { // vertical stripes to begin with
		s := eps * float64(2*rng.IntN(2)-1)
		for i := range Side {
			at[i*Side+j] = into(x[i*Side+j]+s, x[i*Side+j], eps)
		}
	}
	z := n.Logits(at)
	margin := marginOf(z, y)
	for q := range a.Queries {
		if argMax(z) != y {
			return at
		}
		side := 1
		switch done := float64(q) / float64(a.Queries); {
		case done < 0.1:
			side = 5
		case done < 0.3:
			side = 3
		case done < 0.6:
			side = 2
		}
		try := append([]float64{}, at...)
		top, left, s := rng.IntN(Side-side+1), rng.IntN(Side-side+1), eps*float64(2*rng.IntN(2)-1)
		for i := top; i < top+side; i++ {
			for j := left; j < left+side; j++ {
				try[i*Side+j] = into(x[i*Side+j]+s, x[i*Side+j], eps)
			}
		}
		zt := n.Logits(try)
		if m := marginOf(zt, y); m < margin || argMax(zt) != y {
			at, z, margin = try, zt, m
		}
	}
	if argMax(z) != y {
		return at
	}
	return nil
}

// marginOf is z_y − max_{k≠y} z_k.
func marginOf(z []float64, y int) float64 { return z[y] - z[rival(z, y)] }

// rival is the class with the greatest logit besides y.
func rival(z []float64, y int) int {
	best := -1
	for k, v := range z {
		if k != y && (best < 0 || v > z[best]) {
			best = k
		}
	}
	return best
}
