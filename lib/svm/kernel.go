package svm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Kernel is a function k(x, z) that takes the place of the dot product. It is usable for what it is meant for if it
// is one: if there is a map φ with k(x, z) = φ(x)ᵀφ(z), which is so exactly if every Gram matrix is positive semidefinite (IsPSD).
type Kernel interface {
	At(x, z []float64) float64 // symmetric in x and z, which have one length
	String() string            // "RBF, γ = 0.5"
}

// Mapped is a kernel whose φ is short enough to be written down.
type Mapped interface {
	Kernel
	Features(x []float64) []float64 // φ(x): At(x, z) = φ(x)ᵀφ(z)
}

// Linear is the dot product: k(x, z) = xᵀz, φ(x) = x.
type Linear struct{}

func (Linear) At(x, z []float64) float64      { return floats.Dot(x, z) }
func (Linear) Features(x []float64) []float64 { return append([]float64(nil), x...) }
func (Linear) String() string                 { return "linear" }

// Polynomial is k(x, z) = (γ xᵀz + c)ᵖ. Its φ holds all monomials of degree p, and with c > 0 also those of lower degree.
type Polynomial struct {
	Degree int     // p ≥ 1; 0 means 2
	Gamma  float64 // γ > 0; 0 means 1
	Coef0  float64 // c ≥ 0; at 0 the kernel is homogeneous
}

func (k Polynomial) values() (p int, gamma, c float64) {
	p, gamma, c = k.Degree, k.Gamma, k.Coef0
	if p == 0 {
		p = 2
	}
	if gamma == 0 {
		gamma = 1
	}
	if p < 1 || !(gamma > 0) || !(c >= 0) || math.IsInf(gamma, 0) || math.IsInf(c, 0) {
		panic(fmt.Sprintf("svm: %#v: need Degree ≥ 1, Gamma > 0, Coef0 ≥ 0", k))
	}
	return p, gamma, c
}

// At returns (γ xᵀz + c)ᵖ.
func (k Polynomial) At(x, z []float64) float64 {
	p, gamma, c := k.values()
	s, v := gamma*floats.Dot(x, z)+c, 1.0
	for range p {
		v *= s
	}
	return v
}

// Features returns the monomials with their weights. With d coordinates, x̂ = (√γ x₁, …, √γ x_d, √c) and Σkᵢ = p,
//
//	φ_k(x) = √(p! / Πkᵢ!) Πx̂ᵢ^kᵢ,
//
// by the multinomial theorem; (d + p choose p) entries (those of √c = 0 are left out: (d + p − 1 choose p)).
// For d = 2, p = 2, γ = c = 1: x₁², √2x₁x₂, √2x₁, x₂², √2x₂, 1.
func (k Polynomial) Features(x []float64) []float64 {
	p, gamma, c := k.values()
	hat := make([]float64, 0, len(x)+1)
	for _, v := range x {
		hat = append(hat, math.Sqrt(gamma)*v)
	}
	if c > 0 {
		hat = append(hat, math.Sqrt(c))
	}
	var phi []float64
	// term has the product over hat[:i], with left factors still to be given; weight is p!/Πkᵢ! so far.
	var term func(i, left int, product, weight float64)
	term = func(i, left int, product, weight float64) {
		if i == len(hat)-1 {
			// the rest goes to the last coordinate, in one way
			for range left {
				product *= hat[i]
			}
			phi = append(phi, math.Sqrt(weight)*product)
			return
		}
		// k factors of hat[i]: (left choose k) ways, the largest k first
		power, choose := make([]float64, left+1), 1.0
		power[0] = 1
		for n := 1; n <= left; n++ {
			power[n] = power[n-1] * hat[i]
		}
		for n := left; n >= 0; n-- {
			term(i+1, left-n, product*power[n], weight*choose)
			choose = choose * float64(n) / float64(left-n+1)
		}
	}
	term(0, p, 1, 1)
	return phi
}

func (k Polynomial) String() string {
	p, gamma, c := k.values()
	return fmt.Sprintf("polynomial, degree %d, γ = %.4g, c = %.4g", p, gamma, c)
}

// RBF is the Gaussian kernel, k(x, z) = exp(−γ‖x − z‖²). k(x, x) = 1: φ maps into a sphere, of a space without finite
// dimension. Different points have linearly independent images, so that every labelling of them is separable.
type RBF struct {
	Gamma float64 // γ > 0, one over twice the squared width; 0 means 1
}

// At returns exp(−γ‖x − z‖²).
func (k RBF) At(x, z []float64) float64 {
	gamma := k.Gamma
	if gamma == 0 {
		gamma = 1
	}
	if !(gamma > 0) {
		panic(fmt.Sprintf("svm: %#v: need Gamma > 0", k))
	}
	s := 0.0
	for i, v := range x {
		s += (v - z[i]) * (v - z[i])
	}
	return math.Exp(-gamma * s)
}

func (k RBF) String() string {
	if k.Gamma == 0 {
		k.Gamma = 1
	}
	return fmt.Sprintf("RBF, γ = %.4g", k.Gamma)
}

// Lift is the dot product after the map φ(x) = (x, ‖x‖²), in the plane (x, y) ↦ (x, y, x² + y²):
//
//	k(x, z) = xᵀz + ‖x‖²‖z‖².
//
// A plane in the lifted space is a circle, or a line, in the plane.
type Lift struct{}

// At returns xᵀz + ‖x‖²‖z‖².
func (Lift) At(x, z []float64) float64 {
	return floats.Dot(x, z) + floats.Dot(x, x)*floats.Dot(z, z)
}

// Features returns (x, ‖x‖²).
func (Lift) Features(x []float64) []float64 {
	return append(append(make([]float64, 0, len(x)+1), x...), floats.Dot(x, x))
}

func (Lift) String() string { return "lift" }

// Func makes a kernel of any function, also of one that is none: for trying.
type Func struct {
	Name string
	F    func(x, z []float64) float64
}

func (k Func) At(x, z []float64) float64 { return k.F(x, z) }
func (k Func) String() string            { return k.Name }
