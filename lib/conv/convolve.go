package conv

// Convolve is the true convolution of the signal x with the kernel w:
//
//	y[i] = Σₖ w[k] x[i·s + q − k·d]
//
// Place i of the mode Full has q = 0: the definition (w ∗ x)ᵢ = Σₖ w[k] x[i − k]. Valid and Same are parts of it, with
// q = K − 1 and q = ⌊K/2⌋. In the mode Circular q = 0 and indices count modulo len(x). It panics where Size does.
func Convolve(x, w []float64, opt Options) []float64 {
	y := make([]float64, opt.Size(len(x), len(w)))
	s, d, q := opt.stride(), opt.dilation(), opt.flipped(len(w))
	for i := range y {
		for k, v := range w {
			if j, ok := opt.at(i*s+q-k*d, len(x)); ok {
				y[i] += v * x[j]
			}
		}
	}
	return y
}

// Convolve2D is the true convolution of the picture x [M][N] with the kernel w [m][n], Convolve along both axes:
//
//	y[i][j] = Σₐ Σᵦ w[a][b] x[i·s + p − a·d][j·s + q − b·d]
//
// It panics where Size does, and if x or w is empty or ragged.
func Convolve2D(x, w [][]float64, opt Options) [][]float64 {
	rows, cols := shape("the picture", x)
	m, n := shape("the kernel", w)
	y := zeros(opt.Size(rows, m), opt.Size(cols, n))
	s, d, p, q := opt.stride(), opt.dilation(), opt.flipped(m), opt.flipped(n)
	for i := range y {
		for j := range y[i] {
			for a := range w {
				r, ok := opt.at(i*s+p-a*d, rows)
				if !ok {
					continue
				}
				for b, v := range w[a] {
					if c, ok := opt.at(j*s+q-b*d, cols); ok {
						y[i][j] += v * x[r][c]
					}
				}
			}
		}
	}
	return y
}

// flipped returns q, where entry 0 of the flipped kernel stands at place 0.
func (o Options) flipped(m int) int {
	if o.Mode == Circular {
		return 0
	}
	return o.Span(m) - 1 - o.before(m)
}

// Flip returns w backwards.
func Flip(w []float64) []float64 {
	f := make([]float64, len(w))
	for k, v := range w {
		f[len(w)-1-k] = v
	}
	return f
}

// Flip2D returns w flipped along both axes, that is, turned by 180°. It panics if w is empty or ragged.
func Flip2D(w [][]float64) [][]float64 {
	m, n := shape("the kernel", w)
	f := zeros(m, n)
	for a := range w {
		for b, v := range w[a] {
			f[m-1-a][n-1-b] = v
		}
	}
	return f
}
