package nets

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Layout is what a network is made of: its variables and the shape that it gives.
type Layout struct {
	Variables []Variable // in the order of their paths
	Output    []int      // dimensions for the batch that was asked for
}

// Variable is one tensor of a network.
type Variable struct {
	Path      string // "/conv1/conv/weights"
	Dims      []int
	Size      int  // numbers in it
	Trainable bool // else a statistic, like the running mean of a batch normalisation
}

// Parameters counts the numbers that training may change.
func (l *Layout) Parameters() int {
	n := 0
	for _, v := range l.Variables {
		if v.Trainable {
			n += v.Size
		}
	}
	return n
}

// LayoutOf builds the graph of a network for x [batch, H, W, C] of float32, and neither compiles nor computes it: a
// network of 10⁸ parameters is laid out in milliseconds, and no memory is taken for them.
//
// The error is what the graph function panics with, such as an input of the wrong shape.
func LayoutOf(b compute.Backend, logits func(scope *model.Scope, x *graph.Node) *graph.Node, batch, h, w, c int) (l *Layout, err error) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok {
				l, err = nil, fmt.Errorf("nets: layout for [%d, %d, %d, %d]: %w", batch, h, w, c, e)
				return
			}
			panic(r)
		}
	}()
	store := model.NewStore()
	g := graph.NewGraph(b, "layout")
	defer g.Finalize()
	model.SetStore(g, store)
	y := logits(store.RootScope(), graph.Parameter(g, "x", shapes.Make(dtypes.Float32, batch, h, w, c)))
	l = &Layout{Output: slices.Clone(y.Shape().Dimensions)}
	for v := range store.IterVariables() {
		l.Variables = append(l.Variables, Variable{Path: v.Path(), Dims: slices.Clone(v.Shape().Dimensions), Size: v.Shape().Size(), Trainable: v.Trainable})
	}
	slices.SortFunc(l.Variables, func(a, b Variable) int {
		switch {
		case a.Path < b.Path:
			return -1
		case a.Path > b.Path:
			return 1
		}
		return 0
	})
	return l, nil
}
