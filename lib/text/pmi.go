package text

import (
	"fmt"
	"math"
)

// PMI is the pointwise mutual information of the pairs that a table of counts holds (Church and Hanks 1990), in nats:
//
//	PMI_ij = log p(i, j) / (p(i) p(j)) = log N_ij N / (N_i· N_·j),     N_i· = Σ_j N_ij,  N_·j = Σ_i N_ij,  N = Σ N_ij
//
// how much more often than by chance j occurs beside i. A pair that never occurred has PMI −∞, and is not stored; so At gives 0 for it, which
// only PPMI means. It panics on a negative count or one that is not finite.
func PMI(counts *Sparse) *Sparse { return pmi(counts, 1, math.Inf(-1)) }

// PPMI is the positive part, max(PMI, 0), with contexts smoothed by the power alpha (Levy, Goldberg and Dagan 2015, section 3.1):
//
//	p_α(j) = N_·j^α / Σ_k N_·k^α
//
// takes the place of p(j). alpha = 1 leaves p(j) as it is; 0.75 makes rare contexts less surprising than they are, so that they no longer rule.
// Only positive entries are stored. It panics as PMI does, and on alpha outside (0, 1].
func PPMI(counts *Sparse, alpha float64) *Sparse {
	if !(alpha > 0 && alpha <= 1) {
		panic(fmt.Sprintf("text: PPMI: the power %g is not in (0, 1]", alpha))
	}
	return pmi(counts, alpha, 0)
}

// pmi keeps what is above the threshold.
func pmi(counts *Sparse, alpha, above float64) *Sparse {
	rows, cols, all := counts.Sums()
	smooth := 0.0 // Σ_k N_·k^α
	for _, c := range cols {
		smooth += math.Pow(c, alpha)
	}
	out := &Sparse{Rows: counts.Rows, Cols: counts.Cols, Start: make([]int, 1, counts.Rows+1)}
	for i := range counts.Rows {
		js, ns := counts.Row(i)
		for k, j := range js {
			if n := ns[k]; !(n >= 0) || math.IsInf(n, 1) {
				panic(fmt.Sprintf("text: PMI: the count of (%d, %d) is %g", i, j, n))
			}
			if ns[k] == 0 {
				continue
			}
			// log p(i, j) / (p(i) p_α(j))
			v := math.Log(ns[k]/all) - math.Log(rows[i]/all) - math.Log(math.Pow(cols[j], alpha)/smooth)
			if v > above {
				out.Col, out.Val = append(out.Col, j), append(out.Val, v)
			}
		}
		out.Start = append(out.Start, len(out.Col))
	}
	return out
}
