package dropout

// Standard is dropout as in Srivastava et al. 2014, §4: masks in training, the factor p at test time.
type Standard struct {
	Keep float64 // p in (0, 1]
}

// Train gives r∘x.
func (d Standard) Train(dst, x, mask []float64) []float64 {
	probability("Standard", d.Keep)
	return scaled("Train", dst, x, mask, 1)
}

// Backward gives r∘∂ℓ/∂y.
func (d Standard) Backward(dst, dy, mask []float64) []float64 {
	return scaled("Backward", dst, dy, mask, 1)
}

// Test gives p x.
func (d Standard) Test(dst, x []float64) []float64 {
	probability("Standard", d.Keep)
	return scaled("Test", dst, x, nil, d.Keep)
}

// P is Keep.
func (d Standard) P() float64 { return d.Keep }
