package svm_test

import (
	"context"
	"errors"
	"fmt"
	"math"

	"nncourse/lib/svm"
)

// Two points: the hyperplane is half way between them.
func ExampleSMO_Fit() {
	x := [][]float64{{1, 1}, {-1, -1}}
	y := []float64{1, -1}
	m, err := svm.SMO{C: math.Inf(1)}.Fit(context.Background(), x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("α = %.4f, w = %.4f, b = %.4f, margin %.4f\n", m.Alpha, m.W, m.B, m.Margin())
	fmt.Printf("P − D = %.4f\n", m.Gap())
	// Output:
	// α = [0.2500 0.2500], w = [0.5000 0.5000], b = 0.0000, margin 1.4142
	// P − D = 0.0000
}

// XOR: no line, but the kernel of degree 2 has the feature √2·x₁x₂.
func ExamplePolynomial() {
	x := [][]float64{{1, 1}, {-1, -1}, {1, -1}, {-1, 1}}
	y := []float64{1, 1, -1, -1}
	_, err := svm.SMO{C: math.Inf(1)}.Fit(context.Background(), x, y)
	fmt.Println(errors.Is(err, svm.ErrNotSeparable))
	m, err := svm.SMO{C: math.Inf(1), Kernel: svm.Polynomial{Degree: 2, Coef0: 1}}.Fit(context.Background(), x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: α = %.4f, f(0.5, 0.5) = %.4f\n", m.Kernel, m.Alpha, m.Score([]float64{0.5, 0.5}))
	// Output:
	// true
	// polynomial, degree 2, γ = 1, c = 1: α = [0.1250 0.1250 0.1250 0.1250], f(0.5, 0.5) = 0.2500
}

// Is it a kernel? The least eigenvalue of one Gram matrix can refute it.
func ExampleIsPSD() {
	x := [][]float64{{0}, {1}, {2}}
	for _, k := range []svm.Kernel{
		svm.RBF{Gamma: 0.5},
		svm.Func{Name: "−|x − z|", F: func(x, z []float64) float64 { return -math.Abs(x[0] - z[0]) }},
	} {
		ok, least, err := svm.IsPSD(svm.Gram(k, x), 0)
		fmt.Printf("%s: %v, least eigenvalue %.4f, %v\n", k, ok, least, err)
	}
	// Output:
	// RBF, γ = 0.5: true, least eigenvalue 0.2072, <nil>
	// −|x − z|: false, least eigenvalue -2.7321, <nil>
}
