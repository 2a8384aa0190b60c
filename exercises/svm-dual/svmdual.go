// Package svmdual is the exercise "The dual of the support vector machine": its statement is README.md.
package svmdual

import "errors"

var errTodo = errors.New("exercise svm-dual: not written yet")

// Objective returns D(α) = Σαᵢ − ½ ΣΣ αᵢαⱼyᵢyⱼxᵢᵀxⱼ: x is n×d (n points), y has n labels, each +1 or −1, alpha n entries.
func Objective(alpha []float64, x [][]float64, y []float64) (float64, error) {
	return 0, errTodo
}

// Recover returns w = Σαᵢyᵢxᵢ (d entries) and b, the mean of yᵢ − wᵀxᵢ over the points with 0 < αᵢ < c. It errs if there is none.
func Recover(alpha []float64, x [][]float64, y []float64, c float64) (w []float64, b float64, err error) {
	return nil, 0, errTodo
}

// Violation returns m − M: m the largest e of the points whose αy can rise within [0, c], M the smallest of those whose αy can
// fall, with eₜ = yₜ − wᵀxₜ. α is optimal if and only if it is not above 0.
func Violation(alpha []float64, x [][]float64, y []float64, c float64) (float64, error) {
	return 0, errTodo
}

// Solve returns an α with Σαᵢyᵢ = 0, 0 ≤ αᵢ ≤ c, and a violation of at most 10⁻⁶. c may be +Inf (hard margin).
func Solve(x [][]float64, y []float64, c float64) ([]float64, error) {
	return nil, errTodo
}
