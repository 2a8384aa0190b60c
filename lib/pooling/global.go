package pooling

// Global returns the options of a global pool for a picture of m×n entries: one window that holds all of it. For any pool
//
//	rows, cols := Global(m, n)
//	y := Mean2D(x, rows, cols)[0][0]
//
// It does not change if the entries change places: it is invariant to every permutation, and so to cyclic shifts, turns and reflections.
func Global(m, n int) (rows, cols Options) { return Options{Window: m}, Options{Window: n} }

// GlobalMax is the largest entry of x and its place.
func GlobalMax(x [][]float64) (y float64, arg [2]int) {
	rows, cols := Global(shape("x", x))
	all, at := Max2D(x, rows, cols)
	return all[0][0], at[0][0]
}

// GlobalMean is the mean of all entries of x.
func GlobalMean(x [][]float64) float64 {
	rows, cols := Global(shape("x", x))
	return Mean2D(x, rows, cols)[0][0]
}

// GlobalLp is the p-norm of all entries of x.
func GlobalLp(x [][]float64, p float64) float64 {
	rows, cols := Global(shape("x", x))
	return Lp2D(x, p, rows, cols)[0][0]
}
