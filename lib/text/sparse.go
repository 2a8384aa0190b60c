package text

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Sparse is a table that is mostly zero: row i holds the values Val[Start[i]:Start[i+1]] at the columns Col[Start[i]:Start[i+1]], which rise.
// (The form is called CSR, compressed sparse rows.)
type Sparse struct {
	Rows, Cols int
	Start      []int // [Rows + 1]
	Col        []int
	Val        []float64
}

// NewSparse makes a table of entries, by row and column. It panics on an entry that is out of range.
func NewSparse(rows, cols int, entries map[[2]int]float64) *Sparse {
	keys := make([][2]int, 0, len(entries))
	for k := range entries {
		if k[0] < 0 || k[0] >= rows || k[1] < 0 || k[1] >= cols {
			panic(fmt.Sprintf("text: NewSparse: entry %v of a table of %d×%d", k, rows, cols))
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return a[1] - b[1]
	})
	s := &Sparse{Rows: rows, Cols: cols, Start: make([]int, rows+1)}
	for _, k := range keys {
		s.Col, s.Val = append(s.Col, k[1]), append(s.Val, entries[k])
		s.Start[k[0]+1]++
	}
	for i := range rows {
		s.Start[i+1] += s.Start[i]
	}
	return s
}

// Row gives the columns and values of row i that are stored. They are views.
func (s *Sparse) Row(i int) (cols []int, vals []float64) {
	return s.Col[s.Start[i]:s.Start[i+1]], s.Val[s.Start[i]:s.Start[i+1]]
}

// At is the value at row i, column j.
func (s *Sparse) At(i, j int) float64 {
	cols, vals := s.Row(i)
	if k, ok := slices.BinarySearch(cols, j); ok {
		return vals[k]
	}
	return 0
}

// Dims and T, with At, make Sparse a mat.Matrix.
func (s *Sparse) Dims() (rows, cols int) { return s.Rows, s.Cols }

// T is the transpose, a view.
func (s *Sparse) T() mat.Matrix { return mat.Transpose{Matrix: s} }

// Sums are the sums of the rows, of the columns, and of all.
func (s *Sparse) Sums() (rows, cols []float64, all float64) {
	rows, cols = make([]float64, s.Rows), make([]float64, s.Cols)
	for i := range s.Rows {
		c, v := s.Row(i)
		for k, j := range c {
			rows[i] += v[k]
			cols[j] += v[k]
			all += v[k]
		}
	}
	return rows, cols, all
}

// Times is MX, [Rows, k], for X [Cols, k].
func (s *Sparse) Times(x *mat.Dense) *mat.Dense {
	_, k := x.Dims()
	y := mat.NewDense(s.Rows, k, nil)
	for i := range s.Rows {
		c, v := s.Row(i)
		out := y.RawRowView(i)
		for n, j := range c {
			for m, xv := range x.RawRowView(j) {
				out[m] += v[n] * xv
			}
		}
	}
	return y
}

// TransposeTimes is MᵀX, [Cols, k], for X [Rows, k].
func (s *Sparse) TransposeTimes(x *mat.Dense) *mat.Dense {
	_, k := x.Dims()
	y := mat.NewDense(s.Cols, k, nil)
	for i := range s.Rows {
		c, v := s.Row(i)
		in := x.RawRowView(i)
		for n, j := range c {
			out := y.RawRowView(j)
			for m, xv := range in {
				out[m] += v[n] * xv
			}
		}
	}
	return y
}
