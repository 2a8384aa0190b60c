package conv

import (
	"fmt"
	"slices"
)

// Stage is a convolution or a pooling in a stack, along one axis.
type Stage struct {
	Kernel   int // m ≥ 1, entries of the kernel or of the pooling window
	Stride   int // s; 0 means 1
	Dilation int // d; 0 means 1
	Before   int // p, the zeros put in front of the stage's input
}

// Field is the receptive field of the units of a layer, along one axis: unit i depends on the inputs
//
//	Start + i·Jump ≤ j < Start + i·Jump + Size
//
// as far as they exist.
type Field struct {
	Size  int // r
	Jump  int // how far apart in the input the fields of neighbouring units lie
	Start int // first input of unit 0; negative where it is a padded zero
}

// Receptive returns the fields of all layers of a stack, that of the input itself ({1, 1, 0}) first:
//
//	r ← r + (K − 1)·j,  start ← start − p·j,  j ← j·s,    K = (m − 1)d + 1
//
// (Araujo, Norris and Sim 2019, eq. 2). With dilation the field has holes: Size is the distance between its ends. It panics if
// a kernel is not positive or if a stride, dilation or padding is negative.
func Receptive(stages ...Stage) []Field {
	f := Field{Size: 1, Jump: 1}
	fields := []Field{f}
	for i, st := range stages {
		if st.Kernel < 1 || st.Stride < 0 || st.Dilation < 0 || st.Before < 0 {
			panic(fmt.Sprintf("conv: stage %d is %+v", i, st))
		}
		f.Size += (st.Kernel - 1) * max(1, st.Dilation) * f.Jump
		f.Start -= st.Before * f.Jump
		f.Jump *= max(1, st.Stride)
		fields = append(fields, f)
	}
	return fields
}

// Sees finds by experiment which entries of x a unit depends on: entry j is moved by delta, and it is in the list if that changes f(x) at
// all. Because a unit may not react at one x (a ReLU at rest) or to one change, entries can be missing: try several x. It calls f len(x) + 1 times, on copies.
func Sees(f func(x []float64) float64, x []float64, delta float64) []int {
	at := f(slices.Clone(x))
	var seen []int
	for j := range x {
		moved := slices.Clone(x)
		moved[j] += delta
		if f(moved) != at {
			seen = append(seen, j)
		}
	}
	return seen
}
