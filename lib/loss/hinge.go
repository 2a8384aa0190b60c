package loss

import "fmt"

// Hinge is Σⱼ max(0, ½ − ŷⱼpⱼ), ŷ = 2y − 1: every score has to be on its side of 0, by a margin of ½.
//
//	∂F/∂pⱼ = −ŷⱼ where ŷⱼpⱼ < ½, else 0 (also at the corner)
var Hinge = Margin("hinge", 0.5, 1)

// Hinge2 is Σⱼ max(0, ½ − ŷⱼpⱼ)², without a corner.
//
//	∂F/∂pⱼ = −2ŷⱼ max(0, ½ − ŷⱼpⱼ)
var Hinge2 = Margin("hinge2", 0.5, 2)

// Hinge3 is Σⱼ max(0, ½ − ŷⱼpⱼ)³, with a continuous curvature.
//
//	∂F/∂pⱼ = −3ŷⱼ max(0, ½ − ŷⱼpⱼ)²
var Hinge3 = Margin("hinge3", 0.5, 3)

// Margin returns Σⱼ max(0, margin − ŷⱼpⱼ)^power, ŷ = 2y − 1. Margin("svm", 1, 1) is the loss of the support vector
// machine, Margin("perceptron", 0, 1) the perceptron's. It panics unless the power is 1, 2 or 3.
func Margin(name string, margin float64, power int) Func {
	if power < 1 || power > 3 {
		panic(fmt.Sprintf("loss: Margin: power is %d, need 1, 2 or 3", power))
	}
	return Func{
		Name: name,
		F: func(y, p []float64) float64 {
			check(name, y, p)
			return sum(len(p), func(j int) float64 {
				// h = max(0, margin − ŷp),  hᵖᵒʷᵉʳ
				h := max(0, margin-(2*y[j]-1)*p[j])
				v := h
				for range power - 1 {
					v *= h
				}
				return v
			})
		},
		D: func(dst, y, p []float64) {
			check(name, y, p, dst)
			for j := range p {
				code := 2*y[j] - 1
				h := max(0, margin-code*p[j])
				// −power·ŷ·hᵖᵒʷᵉʳ⁻¹, 0 at h = 0 also for power 1
				d := -float64(power) * code
				switch {
				case h == 0:
					d = 0
				case h != h:
					d = h
				}
				for range power - 1 {
					d *= h
				}
				dst[j] = d
			}
		},
	}
}
