package autodiff

import "math"

// Each operation is its value, then its local slopes.

// Add is a + b.
func Add(a, b Value) Value { return two("+", a, b, a.Float()+b.Float(), 1, 1) }

// Sub is a − b.
func Sub(a, b Value) Value { return two("−", a, b, a.Float()-b.Float(), 1, -1) }

// Mul is ab: ∂v/∂a = b, ∂v/∂b = a.
func Mul(a, b Value) Value { return two("×", a, b, a.Float()*b.Float(), b.Float(), a.Float()) }

// Div is a/b: ∂v/∂a = 1/b, ∂v/∂b = −(a/b)/b.
func Div(a, b Value) Value {
	v := a.Float() / b.Float()
	return two("÷", a, b, v, 1/b.Float(), -v/b.Float())
}

// Scale is ca, c a plain number.
func Scale(c float64, a Value) Value { return one("scale", a, c*a.Float(), c) }

// Neg is −a.
func Neg(a Value) Value { return one("neg", a, -a.Float(), -1) }

// Pow is aᵖ, p a plain number: p·aᵖ⁻¹.
func Pow(a Value, p float64) Value {
	if p == 0 {
		return one("pow", a, 1, 0) // also at a = 0, where 0·0⁻¹ is NaN
	}
	return one("pow", a, math.Pow(a.Float(), p), p*math.Pow(a.Float(), p-1))
}

// Exp is eᵃ, its own slope.
func Exp(a Value) Value {
	v := math.Exp(a.Float())
	return one("exp", a, v, v)
}

// Log is ln a: 1/a.
func Log(a Value) Value { return one("log", a, math.Log(a.Float()), 1/a.Float()) }

// Sqrt is √a: 1/(2√a).
func Sqrt(a Value) Value {
	v := math.Sqrt(a.Float())
	return one("sqrt", a, v, 0.5/v)
}

// Sin is sin a: cos a.
func Sin(a Value) Value { return one("sin", a, math.Sin(a.Float()), math.Cos(a.Float())) }

// Cos is cos a: −sin a.
func Cos(a Value) Value { return one("cos", a, math.Cos(a.Float()), -math.Sin(a.Float())) }

// Tanh is tanh a: 1/cosh²a, in which nothing cancels for large |a|, as it does in 1 − tanh²a.
func Tanh(a Value) Value {
	c := math.Cosh(a.Float())
	return one("tanh", a, math.Tanh(a.Float()), 1/c/c)
}

// Sigmoid is σ(a) = 1/(1 + e⁻ᵃ): σ(a)σ(−a).
func Sigmoid(a Value) Value {
	v, w := 1/(1+math.Exp(-a.Float())), 1/(1+math.Exp(a.Float()))
	return one("sigmoid", a, v, v*w)
}

// ReLU is max(0, a): 1 for a > 0, else 0.
func ReLU(a Value) Value {
	v, slope := a.Float(), 1.0
	if v <= 0 {
		v, slope = 0, 0
	}
	return one("relu", a, v, slope)
}

// Abs is |a|: the sign of a, 0 at 0.
func Abs(a Value) Value {
	v, slope := a.Float(), 0.0
	if v != 0 {
		slope = math.Copysign(1, v)
	}
	return one("abs", a, math.Abs(v), slope)
}
