package easgd

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// Network is a Task on the parameters of a network of lib/mlp, in the order of Net.Params: inputs x, [samples, in], targets y,
// [samples, out], and the mean loss l of a batch drawn with replacement. Every worker has a copy of the network to compute with;
// n itself stays as it is, and n.Params() is the start to hand to Minimize.
//
// The recorded loss is that over x and y; for another one set Task.Loss.
func Network(n *mlp.Net, x, y *mat.Dense, l loss.Func, batch int) Task {
	samples, in := x.Dims()
	rows, out := y.Dims()
	if batch < 1 || samples != rows {
		panic(fmt.Sprintf("easgd: Network: %d inputs, %d targets, batches of %d", samples, rows, batch))
	}
	judge := n.Clone()
	return Task{
		Worker: func(int) Gradient {
			net, g := n.Clone(), &mlp.Gradient{}
			bx, by := mat.NewDense(batch, in, nil), mat.NewDense(batch, out, nil)
			return func(dst, theta []float64, rng *rand.Rand) {
				for i := range batch {
					r := rng.IntN(samples)
					bx.SetRow(i, x.RawRowView(r))
					by.SetRow(i, y.RawRowView(r))
				}
				net.SetParams(theta)
				net.GradientTo(g, bx, by, l)
				rest := dst // in the order of Params: of each layer W row by row, then b
				for l, w := range g.W {
					for i := range g.B[l] {
						rest = rest[copy(rest, w.RawRowView(i)):]
					}
					rest = rest[copy(rest, g.B[l]):]
				}
			}
		},
		Loss: func(theta []float64) float64 {
			judge.SetParams(theta)
			return judge.Loss(x, y, l)
		},
	}
}
