package playground

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/relunet"
)

// Regions gives the corners of the network's linear regions in [−Range, Range]², each a convex polygon; false where it has
// none to show, for the activation is not ReLU or a feature is not linear.
func (p *Session) Regions() (polygons [][][2]float64, ok bool) {
	if p.state.Activation != "relu" {
		return nil, false
	}
	// columns[j] is the input of the plane, 0 or 1, that feature j is.
	var columns []int
	for _, f := range p.state.Inputs {
		switch f {
		case "x":
			columns = append(columns, 0)
		case "y":
			columns = append(columns, 1)
		default:
			return nil, false
		}
	}
	var net relunet.Net
	for l, layer := range p.net.Layers {
		w := layer.W
		if l == 0 {
			out, _ := w.Dims()
			w = mat.NewDense(out, 2, nil)
			for i := range out {
				for j, c := range columns {
					w.Set(i, c, layer.W.At(i, j))
				}
			}
		}
		net = append(net, relunet.Dense(w, layer.B))
	}
	r, err := relunet.Enumerate(context.Background(), net, relunet.Square(Range), relunet.Options{Limit: 5000})
	if err != nil {
		return nil, false
	}
	for _, region := range r.List {
		polygons = append(polygons, region.Vertices)
	}
	return polygons, true
}
