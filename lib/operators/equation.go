package operators

import (
	"context"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"

	"gonum.org/v1/gonum/dsp/fourier"

	"nncourse/lib/datasets"
)

// Equation is ∂t u = L u − a u ∂x u on a circle, with L u = Σₖ Linear[k] ∂ᵏu.
//
// It is solved in Fourier space, where L is a multiplication by ℓ(k) = Σ Linear[m] (ik)ᵐ and u ∂x u = ½∂x(u²). Then
// v̂ = e^(−ℓt) û has only the quadratic part to solve, by the Runge-Kutta method of order four, and L, stiff or not, is exact
// (integrating factor; Trefethen 2000, program 27). The upper third of the frequencies of u² is cut off against aliases (Orszag 1971).
type Equation struct {
	Name      string
	Linear    []float64 // coefficient of ∂ᵏu, k = 0, 1, …
	Advection float64   // a
}

// Heat is ∂t u = D ∂xx u.
func Heat(d float64) Equation { return Equation{Name: "heat", Linear: []float64{0, 0, d}} }

// Burgers is ∂t u = −u ∂x u + ν ∂xx u.
func Burgers(nu float64) Equation {
	return Equation{Name: "Burgers", Linear: []float64{0, 0, nu}, Advection: 1}
}

// KdV is the equation of Korteweg and de Vries, ∂t u = −6 u ∂x u − ∂xxx u.
func KdV() Equation {
	return Equation{Name: "KdV", Linear: []float64{0, 0, 0, -1}, Advection: 6}
}

// Solve starts from u0 at the places x, one period without its end, and returns u at the times t, the first of which is the start.
// Steps are at most step long. It errs if u becomes infinite, which a shorter step may mend, or ctx ends.
func (e Equation) Solve(ctx context.Context, x, u0, t []float64, step float64) (*datasets.Field, error) {
	h, err := Spacing(x)
	if err != nil {
		return nil, err
	}
	n := len(x)
	if len(u0) != n || len(t) == 0 || !(step > 0) {
		panic(fmt.Sprintf("operators: %s: %d values at %d places, %d times, steps of %v", e.Name, len(u0), n, len(t), step))
	}
	fft := fourier.NewCmplxFFT(n)
	k, ell := make([]float64, n), make([]complex128, n)
	for j := range k {
		k[j] = 2 * math.Pi * Frequency(j, n) / (float64(n) * h)
		power := complex(1, 0)
		for m, c := range e.Linear {
			if 2*j != n || m%2 == 0 { // odd derivatives of cos(πx/h) are 0 at the places
				ell[j] += complex(c, 0) * power
			}
			power *= complex(0, k[j])
		}
	}
	square := make([]complex128, n)
	// N(û) = −(a/2) ik F[u²]
	quadratic := func(dst, u []complex128) {
		fft.Sequence(square, u)
		for j, v := range square {
			v := real(v) / float64(n)
			square[j] = complex(v*v, 0)
		}
		fft.Coefficients(dst, square)
		for j := range dst {
			dst[j] *= complex(0, -e.Advection/2*k[j])
			if 3*math.Abs(Frequency(j, n)) > float64(n) {
				dst[j] = 0
			}
		}
	}
	u := make([]complex128, n)
	for i, v := range u0 {
		u[i] = complex(v, 0)
	}
	fft.Coefficients(u, u)
	f := &datasets.Field{Name: e.Name, Source: e.Name + ", solved here", Generated: true, X: x, T: t}
	var slopes [4][]complex128
	for i := range slopes {
		slopes[i] = make([]complex128, n)
	}
	at, half, full := make([]complex128, n), make([]complex128, n), make([]complex128, n)
	for i, now := range t {
		if i > 0 {
			if err := context.Cause(ctx); err != nil {
				return nil, fmt.Errorf("operators: %s: stopped at t = %v: %w", e.Name, now, err)
			}
			steps := max(1, math.Ceil((now-t[i-1])/step))
			τ := (now - t[i-1]) / steps
			if !(τ > 0) {
				return nil, fmt.Errorf("operators: %s: time %v after %v: times must rise", e.Name, now, t[i-1])
			}
			for j := range ell {
				half[j], full[j] = cmplx.Exp(ell[j]*complex(τ/2, 0)), cmplx.Exp(ell[j]*complex(τ, 0))
			}
			h := complex(τ, 0)
			for range int(steps) {
				if e.Advection != 0 {
					quadratic(slopes[0], u)
					for j := range at {
						at[j] = half[j] * (u[j] + h/2*slopes[0][j])
					}
					quadratic(slopes[1], at)
					for j := range at {
						at[j] = half[j]*u[j] + h/2*slopes[1][j]
					}
					quadratic(slopes[2], at)
					for j := range at {
						at[j] = full[j]*u[j] + h*half[j]*slopes[2][j]
					}
					quadratic(slopes[3], at)
				}
				// û ← e^(ℓτ)û + τ/6 (e^(ℓτ)k₁ + 2e^(ℓτ/2)(k₂ + k₃) + k₄)
				for j := range u {
					u[j] = full[j]*u[j] + h/6*(full[j]*slopes[0][j]+2*half[j]*(slopes[1][j]+slopes[2][j])+slopes[3][j])
				}
			}
		}
		fft.Sequence(at, u)
		row := make([]float64, n)
		for j, v := range at {
			if row[j] = real(v) / float64(n); math.IsNaN(row[j]-row[j]) || math.Abs(row[j]) > 1e100 {
				return nil, fmt.Errorf("operators: %s: u(%v, %v) = %v: take shorter steps than %v", e.Name, x[j], now, row[j], step)
			}
		}
		f.U = append(f.U, row)
	}
	return f, nil
}

// Solitons is the exact solution of KdV with two solitons of speeds c[0] ≠ c[1] > 0, that would be at x0[0] and x0[1] at time 0 if they
// did not meet (Hirota 1971):
//
//	u = 2 ∂xx log F, F = 1 + E₁ + E₂ + ((κ₁ − κ₂)/(κ₁ + κ₂))² E₁E₂, Eᵢ = exp(κᵢ(x − cᵢt − x₀ᵢ)), κᵢ = √cᵢ.
func Solitons(x, t float64, c, x0 [2]float64) float64 {
	k1, k2 := math.Sqrt(c[0]), math.Sqrt(c[1])
	a1, a2 := k1*(x-c[0]*t-x0[0]), k2*(x-c[1]*t-x0[1])
	a12 := a1 + a2 + 2*math.Log(math.Abs((k1-k2)/(k1+k2)))
	// Everything divided by the largest exponential: none overflows, and ∂xx log F = (F″F − F′²)/F².
	top := math.Max(math.Max(0, a12), math.Max(a1, a2))
	var f, d, dd float64
	for _, e := range [][2]float64{{0, 0}, {a1, k1}, {a2, k2}, {a12, k1 + k2}} {
		v := math.Exp(e[0] - top)
		f, d, dd = f+v, d+e[1]*v, dd+e[1]*e[1]*v
	}
	return 2 * (dd*f - d*d) / (f * f)
}

// Grid returns n places from lo on, in equal steps that would reach hi at number n: one period without its end.
func Grid(lo, hi float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = lo + (hi-lo)*float64(i)/float64(n)
	}
	return x
}

// Waves draws a smooth random function on the circle of the given length, at the places x: waves of 1 … most periods with normal
// coefficients that fall as 1/number, scaled to the root mean square size.
func Waves(x []float64, length float64, most int, size float64, rng *rand.Rand) []float64 {
	u := make([]float64, len(x))
	square := 0.0
	for m := 1; m <= most; m++ {
		a, b := rng.NormFloat64()/float64(m), rng.NormFloat64()/float64(m)
		square += (a*a + b*b) / 2
		for i, x := range x {
			s, c := math.Sincos(2 * math.Pi * float64(m) * x / length)
			u[i] += a*s + b*c
		}
	}
	for i := range u {
		u[i] *= size / math.Sqrt(square)
	}
	return u
}

// Noisy returns a copy of the field with normal noise of the given share of u's standard deviation.
func Noisy(f *datasets.Field, share float64, rng *rand.Rand) *datasets.Field {
	g := *f
	g.U = make([][]float64, len(f.U))
	n, sum, square := 0.0, 0.0, 0.0
	for _, row := range f.U {
		for _, v := range row {
			n, sum, square = n+1, sum+v, square+v*v
		}
	}
	sigma := share * math.Sqrt(math.Max(0, square/n-sum/n*sum/n))
	for j, row := range f.U {
		for _, v := range row {
			g.U[j] = append(g.U[j], v+sigma*rng.NormFloat64())
		}
	}
	g.Source = fmt.Sprintf("%s, with noise of %.2g %%", f.Source, 100*share)
	return &g
}

// Shared returns the field "burgers" or "kdv" of datasets.Dynamics, or where that is absent a field of the same equation on a grid
// like it: Burgers solved here, KdV in closed form. Source and Generated say which. The error is that of a file that is not what it should be.
func Shared(ctx context.Context, name string) (*datasets.Field, error) {
	f, err := datasets.Dynamics(name)
	if err == nil || !absent(err) {
		return f, err
	}
	times := func(end float64, m int) []float64 { return append(Grid(0, end, m-1), end) }
	switch name {
	case "burgers":
		x := Grid(-8, 8, 256)
		u := make([]float64, len(x))
		for i, x := range x {
			u[i] = math.Exp(-(x + 2) * (x + 2))
		}
		return Burgers(0.1).Solve(ctx, x, u, times(10, 101), 0.01)
	case "kdv":
		x := Grid(-30, 30, 512)
		f := &datasets.Field{Name: "kdv", Source: "kdv, two solitons in closed form", Generated: true, X: x, T: times(20, 201)}
		for _, t := range f.T {
			row := make([]float64, len(x))
			for i, x := range x {
				row[i] = Solitons(x, t, [2]float64{1, 0.5}, [2]float64{-17, -1})
			}
			f.U = append(f.U, row)
		}
		return f, nil
	}
	return nil, err
}
