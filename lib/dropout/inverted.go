package dropout

// Inverted is dropout with the factor 1/p in training, so that nothing has to be done at test time (Srivastava et al.
// 2014, §10, "another way"). A net trained so has weights p times those of Standard at the same function; with the same
// weights the gradient by x is 1/p times as large, so that a learning rate does not carry over.
type Inverted struct {
	Keep float64 // p in (0, 1]
}

// Train gives r∘x/p.
func (d Inverted) Train(dst, x, mask []float64) []float64 {
	probability("Inverted", d.Keep)
	return scaled("Train", dst, x, mask, 1/d.Keep)
}

// Backward gives r∘∂ℓ/∂y/p.
func (d Inverted) Backward(dst, dy, mask []float64) []float64 {
	return scaled("Backward", dst, dy, mask, 1/d.Keep)
}

// Test gives x.
func (d Inverted) Test(dst, x []float64) []float64 { return scaled("Test", dst, x, nil, 1) }

// P is Keep.
func (d Inverted) P() float64 { return d.Keep }
