package conv

// Correlate slides the kernel w as it is over the signal x:
//
//	y[i] = Σₖ w[k] x[i·s + k·d − p]
//
// with stride s, dilation d and p zeros in front (see Mode). It returns opt.Size(len(x), len(w)) numbers in
// O(len(y)·len(w)) operations. It panics where Size does.
func Correlate(x, w []float64, opt Options) []float64 {
	y := make([]float64, opt.Size(len(x), len(w)))
	s, d, p := opt.stride(), opt.dilation(), opt.before(len(w))
	for i := range y {
		for k, v := range w {
			if j, ok := opt.at(i*s+k*d-p, len(x)); ok {
				y[i] += v * x[j]
			}
		}
	}
	return y
}

// Correlate2D slides the kernel w [m][n] as it is over the picture x [M][N]:
//
//	y[i][j] = Σₐ Σᵦ w[a][b] x[i·s + a·d − p][j·s + b·d − q]
//
// It panics where Size does, and if x or w is empty or ragged.
func Correlate2D(x, w [][]float64, opt Options) [][]float64 {
	rows, cols := shape("the picture", x)
	m, n := shape("the kernel", w)
	y := zeros(opt.Size(rows, m), opt.Size(cols, n))
	s, d, p, q := opt.stride(), opt.dilation(), opt.before(m), opt.before(n)
	for i := range y {
		for j := range y[i] {
			for a := range w {
				r, ok := opt.at(i*s+a*d-p, rows)
				if !ok {
					continue
				}
				for b, v := range w[a] {
					if c, ok := opt.at(j*s+b*d-q, cols); ok {
						y[i][j] += v * x[r][c]
					}
				}
			}
		}
	}
	return y
}
