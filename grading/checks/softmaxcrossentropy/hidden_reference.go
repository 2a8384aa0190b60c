// ### BEGIN HIDDEN TESTS

package softmaxcrossentropy

import (
	"math"

	"nncourse/grading"
)

// The reference, and what each mistake gives in its place: from the definitions, none of it from lib/.

var mistakes = []grading.Mistake{
	{ID: "overflow", Cause: "e^z overflows", Hint: "subtract the largest score in the exponents; what is subtracted cancels in p and is added again to LSE"},
	{ID: "log-underflow", Cause: "the logarithm of a probability that has become 0", Hint: "log pⱼ = zⱼ − LSE(z) needs no p"},
	{ID: "shift-lost", Cause: "the maximum is subtracted in LSE and not added again", Hint: "log Σe^zⱼ = m + log Σe^(zⱼ−m)"},
	{ID: "sigmoid", Cause: "p is the sigmoid of each score", Hint: "divide e^zⱼ by the sum over all classes; the pⱼ sum to 1"},
	{ID: "diagonal", Cause: "the Jacobian has only its diagonal", Hint: "pᵢ depends on every zⱼ through the denominator: −pᵢpⱼ beside the diagonal"},
	{ID: "plus", Cause: "the Jacobian has +pᵢpⱼ beside its diagonal", Hint: "raising one score lowers the other probabilities: −pᵢpⱼ; each row sums to 0"},
	{ID: "gradient-sign", Cause: "the gradient is y − p", Hint: "it points to where the loss grows: p − y"},
	{ID: "not-the-scores", Cause: "the gradient is that with respect to p, −y/p", Hint: "the scores come before the softmax: ∂/∂z = p − y"},
	{ID: "binary", Cause: "the two-class formula −y log p − (1−y) log(1−p), averaged over the classes, stands for the cross entropy", Hint: "one term a class: −Σ y log p"},
	{ID: "mean-over-classes", Cause: "the loss is divided by the number of classes", Hint: "it is a sum over classes; only a batch is averaged"},
	{ID: "sum-gradient", Cause: "the batch's loss is a mean, its gradient that of the sum", Hint: "what is differentiated has a factor 1/N; so has its gradient"},
	{ID: "batch-sum", Cause: "the batch is summed, not averaged", Hint: "divide loss and gradient by N"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every score with math.IsNaN and math.IsInf"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "len(y) against len(z), labels against rows, every row against the first, and no empty input"},
	{ID: "target-passes", Cause: "y is not checked to be a distribution", Hint: "no entry below 0, and |Σy − 1| ≤ 10⁻⁶"},
	{ID: "label-passes", Cause: "labels are not compared with the number of classes", Hint: "0 ≤ label < K, else an error"},
	{ID: "changes-arguments", Cause: "the scores are overwritten", Hint: "write to a new slice; a row of a [][]float64 belongs to the caller"},
}

func largest(z []float64) float64 {
	m := z[0]
	for _, v := range z {
		m = math.Max(m, v)
	}
	return m
}

// lse adds the small exponentials first, apart from the largest, whose share is 1.
func lse(z []float64, slip string) float64 {
	m, at, sum := largest(z), -1, 0.0
	for j, v := range z {
		if v == m && at < 0 {
			at = j
			continue
		}
		sum += math.Exp(v - m)
	}
	if slip == "shift-lost" {
		return math.Log1p(sum)
	}
	return m + math.Log1p(sum)
}

func logSoftmax(z []float64, slip string) []float64 {
	m, log := largest(z), make([]float64, len(z))
	rest := lse(z, "") - m
	if m > 1e15 || m < -1e15 { // LSE − m is lost in rounding
		rest = lse(minus(z, m), "")
	}
	for j, v := range z {
		log[j] = (v - m) - rest
		switch slip {
		case "sigmoid":
			log[j] = math.Min(v, 0) - math.Log1p(math.Exp(-math.Abs(v)))
		case "shift-lost":
			log[j] = v - lse(z, slip)
		}
	}
	return log
}

func minus(z []float64, c float64) []float64 {
	d := make([]float64, len(z))
	for j, v := range z {
		d[j] = v - c
	}
	return d
}

func softmax(z []float64, slip string) []float64 {
	p := logSoftmax(z, slip)
	for j, v := range p {
		p[j] = math.Exp(v)
	}
	return p
}

func jacobianOf(z []float64, slip string) [][]float64 {
	p := softmax(z, slip)
	jac := make([][]float64, len(z))
	for i := range jac {
		jac[i] = make([]float64, len(z))
		for j := range z {
			switch {
			case i == j:
				jac[i][j] = p[i] * (1 - p[i])
			case slip == "plus":
				jac[i][j] = p[i] * p[j]
			case slip != "diagonal" && slip != "sigmoid":
				jac[i][j] = -p[i] * p[j]
			}
		}
	}
	return jac
}

// crossEntropy returns the loss and its gradient.
func crossEntropy(y, z []float64, slip string) (float64, []float64) {
	log, p := logSoftmax(z, slip), softmax(z, slip)
	loss, g, k := 0.0, make([]float64, len(z)), float64(len(z))
	for j := range z {
		if y[j] != 0 {
			loss -= y[j] * log[j]
		}
		g[j] = p[j] - y[j]
		switch slip {
		case "gradient-sign":
			g[j] = y[j] - p[j]
		case "not-the-scores":
			g[j] = -y[j] / p[j]
		case "mean-over-classes":
			g[j] /= k
		}
	}
	switch slip {
	case "mean-over-classes":
		loss /= k
	case "binary":
		// d = ∂F/∂p, then through the softmax
		d, mean := make([]float64, len(z)), 0.0
		for j := range z {
			loss -= (1 - y[j]) * math.Log1p(-p[j])
			d[j] = ((1-y[j])/(1-p[j]) - y[j]/p[j]) / k
			mean += p[j] * d[j]
		}
		loss /= k
		for j := range z {
			g[j] = p[j] * (d[j] - mean)
		}
	}
	return loss, g
}

func batchOf(labels []int, z [][]float64, slip string) (float64, [][]float64) {
	n, mean, grads := float64(len(z)), 0.0, make([][]float64, len(z))
	for i, row := range z {
		loss, g := crossEntropy(oneHot(len(row), labels[i]), row, slip)
		if slip != "sum-gradient" && slip != "batch-sum" {
			for j := range g {
				g[j] /= n
			}
		}
		mean, grads[i] = mean+loss, g
	}
	if slip != "batch-sum" {
		mean /= n
	}
	return mean, grads
}

func oneHot(k, c int) []float64 {
	y := make([]float64, k)
	y[c] = 1
	return y
}

// ### END HIDDEN TESTS
