package svm

// rows holds rows of the Gram matrix, computed when asked for. When there is no room the row that was not asked for
// the longest makes way.
type rows struct {
	k     Kernel
	x     [][]float64
	row   [][]float64 // nil: not there
	used  []int       // when it was last asked for
	clock int
	count int
	limit int
}

func newRows(k Kernel, x [][]float64, megabytes int) *rows {
	n := len(x)
	return &rows{k: k, x: x, row: make([][]float64, n), used: make([]int, n), limit: max(2, megabytes<<20/(8*n))}
}

// at returns row i, which is valid until rows of two other indices were asked for.
func (r *rows) at(i int) []float64 {
	r.clock++
	r.used[i] = r.clock
	if r.row[i] != nil {
		return r.row[i]
	}
	var row []float64
	if r.count == r.limit {
		oldest := -1
		for t := range r.row {
			if r.row[t] != nil && (oldest < 0 || r.used[t] < r.used[oldest]) {
				oldest = t
			}
		}
		row, r.row[oldest] = r.row[oldest], nil
	} else {
		row = make([]float64, len(r.x))
		r.count++
	}
	for t := range row {
		row[t] = r.k.At(r.x[i], r.x[t])
	}
	r.row[i] = row
	return row
}
