// Package lenetshapes is a second solution of the exercise: it counts places, weights and fields one by one.
package lenetshapes

import "errors"

// The kinds of layers.
const (
	Conv    = 0
	Pool    = 1
	Flatten = 2
	Dense   = 3
)

var errBad = errors.New("not a network that fits")

// OutputSize puts the window at one place after the other.
func OutputSize(n, kernel, padding, stride, dilation int) (int, error) {
	if n <= 0 || kernel <= 0 || padding < 0 || stride <= 0 || dilation <= 0 {
		return 0, errBad
	}
	places := 0
	for first := -padding; ; first += stride {
		last := first
		for e := 1; e < kernel; e++ {
			last += dilation
		}
		if last >= n+padding {
			break
		}
		places++
	}
	if places == 0 {
		return 0, errBad
	}
	return places, nil
}

type counted struct {
	shapes    [][]int
	par, mult []int
}

func count(input []int, layers [][]int) (*counted, error) {
	c := &counted{}
	switch len(input) {
	case 1, 3:
	default:
		return nil, errBad
	}
	now := []int{}
	for _, v := range input {
		if v <= 0 {
			return nil, errBad
		}
		now = append(now, v)
	}
	c.shapes = append(c.shapes, now)
	for _, row := range layers {
		if len(row) == 0 {
			return nil, errBad
		}
		par, mult := 0, 0
		var next []int
		switch kind, arg := row[0], row[1:]; {
		case kind == Conv && len(arg) == 5 && len(now) == 3 && arg[0] >= 1:
			for axis := range 2 {
				size, err := OutputSize(now[axis], arg[1], arg[2], arg[3], arg[4])
				if err != nil {
					return nil, err
				}
				next = append(next, size)
			}
			next = append(next, arg[0])
			for range arg[0] { // kernels
				par++ // its bias
				for range now[2] {
					par += arg[1] * arg[1]
					mult += arg[1] * arg[1] * next[0] * next[1]
				}
			}
		case kind == Pool && len(arg) == 3 && len(now) == 3:
			for axis := range 2 {
				size, err := OutputSize(now[axis], arg[0], arg[1], arg[2], 1)
				if err != nil {
					return nil, err
				}
				next = append(next, size)
			}
			next = append(next, now[2])
		case kind == Flatten && len(arg) == 0 && len(now) == 3:
			next = []int{now[0] * now[1] * now[2]}
		case kind == Dense && len(arg) == 1 && len(now) == 1 && arg[0] >= 1:
			next = []int{arg[0]}
			for range arg[0] {
				mult += now[0]
				par += now[0] + 1
			}
		default:
			return nil, errBad
		}
		now = next
		c.shapes, c.par, c.mult = append(c.shapes, now), append(c.par, par), append(c.mult, mult)
	}
	return c, nil
}

// Shapes counts.
func Shapes(input []int, layers [][]int) ([][]int, error) {
	c, err := count(input, layers)
	if err != nil {
		return nil, err
	}
	return c.shapes, nil
}

// Parameters counts.
func Parameters(input []int, layers [][]int) ([]int, error) {
	c, err := count(input, layers)
	if err != nil {
		return nil, err
	}
	return c.par, nil
}

// Multiplications counts.
func Multiplications(input []int, layers [][]int) ([]int, error) {
	c, err := count(input, layers)
	if err != nil {
		return nil, err
	}
	return c.mult, nil
}

// ReceptiveField goes down from a unit of each layer to the first and the last pixel that it sees.
func ReceptiveField(layers [][]int) ([]int, error) {
	type window struct{ k, s, d int }
	var windows []window
	for _, row := range layers {
		var w window
		pad := 0
		switch {
		case len(row) == 6 && row[0] == Conv && row[1] > 0:
			w, pad = window{row[2], row[4], row[5]}, row[3]
		case len(row) == 4 && row[0] == Pool:
			w, pad = window{row[1], row[3], 1}, row[2]
		default:
			return nil, errBad
		}
		if w.k <= 0 || w.s <= 0 || w.d <= 0 || pad < 0 {
			return nil, errBad
		}
		windows = append(windows, w)
	}
	fields := make([]int, len(windows))
	for l := range windows {
		last := 0 // the first is 0 all the way down
		for m := l; m >= 0; m-- {
			last = last*windows[m].s + windows[m].d*(windows[m].k-1)
		}
		fields[l] = last + 1
	}
	return fields, nil
}

// FlatIndex walks through the vector.
func FlatIndex(shape []int, i, j, k int) (int, error) {
	if len(shape) != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1 {
		return 0, errBad
	}
	at := 0
	for r := range shape[0] {
		for c := range shape[1] {
			for m := range shape[2] {
				if r == i && c == j && m == k {
					return at, nil
				}
				at++
			}
		}
	}
	return 0, errBad
}
