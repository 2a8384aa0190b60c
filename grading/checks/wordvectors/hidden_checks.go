// ### BEGIN HIDDEN TESTS

package wordvectors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number, or to 1 where that is less (a PMI of 0 is a difference of logarithms): sums of at most some hundred numbers of one sign, a power, a logarithm near 1; their rounding is below 10⁻¹³.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "one-side", Cause: "only the words on one side are counted", Hint: "before and after: each pair of places counts at (i, j) and at (j, i)"},
	{ID: "short-window", Cause: "the window is one place too short", Hint: "d = 1 … window, with the last"},
	{ID: "own-neighbour", Cause: "a word is counted as a neighbour of itself", Hint: "the place itself, d = 0, is no neighbour"},
	{ID: "same-word-once", Cause: "neighbours of the same word are left out, or counted once", Hint: "two places of one word add 2 to N_ww: one for each order"},
	{ID: "negative-kept", Cause: "negative values are kept", Hint: "max(0, …)"},
	{ID: "log2", Cause: "the logarithm has the base 2", Hint: "math.Log"},
	{ID: "no-smoothing", Cause: "α is not used", Hint: "N_·j^α takes the place of N_·j, and Σ_k N_·k^α that of N"},
	{ID: "not-summing-to-1", Cause: "the smoothed p_α(j) do not sum to 1", Hint: "divide by Σ_k N_·k^α, not by N or N^α"},
	{ID: "rows-smoothed", Cause: "the words' probabilities are smoothed, not only the contexts'", Hint: "p(i) stays N_i·/N"},
	{ID: "axes-swapped", Cause: "rows and columns are mistaken for each other", Hint: "words i are rows; the smoothed contexts j are columns"},
	{ID: "zero-count", Cause: "log 0 or 0/0", Hint: "where N_ij = 0, PPMI is 0: compute nothing there"},
	{ID: "product", Cause: "the product u·v is not divided by both norms", Hint: "u·v / (‖u‖ ‖v‖)"},
	{ID: "range", Cause: "a square or a product left float64's range", Hint: "divide by the largest magnitude first"},
	{ID: "asked-words", Cause: "a, b or c is given as the answer", Hint: "skip d = a, b, c"},
	{ID: "raw-sum", Cause: "the sum is of vectors with their lengths", Hint: "each divided by its norm first"},
	{ID: "raw-words", Cause: "words are compared by the product, so that long vectors win", Hint: "divide by the norm of each word's vector"},
	{ID: "wrong-way", Cause: "the difference goes from b to a", Hint: "b − a + c: what leads from a to b leads from c to d"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "write to a table of your own"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(alpha > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "an empty text, zero rows and columns, a = c are good"},
}

func counted(ids []int, n, window int, wrong string) [][]float64 {
	out := kit.Zeros(n, n)
	for s, i := range ids {
		for t, j := range ids {
			d := t - s
			reach := window
			if wrong == "short-window" {
				reach--
			}
			switch {
			case d == 0 && wrong != "own-neighbour", d < 0 && wrong == "one-side", max(d, -d) > reach, wrong == "same-word-once" && d < 0 && i == j:
				continue
			}
			out[i][j]++
		}
	}
	return out
}

func ppmi(counts [][]float64, alpha float64, wrong string) [][]float64 {
	most := 0.0
	for _, r := range counts {
		most = math.Max(most, slices.Max(r))
	}
	rows, cols, all := make([]float64, len(counts)), make([]float64, len(counts[0])), 0.0
	for i, r := range counts {
		for j, v := range r {
			rows[i], cols[j], all = rows[i]+v/most, cols[j]+v/most, all+v/most
		}
	}
	share := func(v []float64, a float64, wrong string) []float64 {
		out, sum := make([]float64, len(v)), 0.0
		for k := range v {
			out[k] = math.Pow(v[k], a)
			sum += out[k]
		}
		if wrong == "not-summing-to-1" {
			sum = all
		}
		for k := range out {
			out[k] /= sum
		}
		return out
	}
	rowPower, colPower := 1.0, alpha
	switch wrong {
	case "no-smoothing":
		colPower = 1
	case "rows-smoothed":
		rowPower = alpha
	case "axes-swapped":
		rowPower, colPower = alpha, 1
	}
	p, q := share(rows, rowPower, ""), share(cols, colPower, wrong)
	out := kit.Zeros(len(rows), len(cols))
	for i, r := range counts {
		for j, v := range r {
			if v == 0 {
				continue
			}
			x := math.Log(v/most/all) - math.Log(p[i]) - math.Log(q[j])
			if wrong == "log2" {
				x /= math.Ln2
			}
			if wrong != "negative-kept" {
				x = math.Max(0, x)
			}
			out[i][j] = x
		}
	}
	return out
}

func length(v []float64) float64 {
	n := 0.0
	for _, x := range v {
		n = math.Hypot(n, x)
	}
	return n
}

func cosine(u, v []float64) float64 {
	return kit.Dot(kit.Scale(u, 1/length(u)), kit.Scale(v, 1/length(v)))
}

// answer gives the analogy's answer, and by how much its cosine exceeds the next one's.
func answer(vectors [][]float64, a, b, c int, wrong string) (at int, margin float64) {
	sum := make([]float64, len(vectors[0]))
	for k, w := range []int{a, b, c} {
		sign := []float64{-1, 1, 1}[k]
		if wrong == "wrong-way" {
			sign = []float64{1, -1, 1}[k]
		}
		if wrong != "raw-sum" {
			sign /= length(vectors[w])
		}
		sum = kit.Add(sum, sign, vectors[w])
	}
	sum = kit.Scale(sum, 1/length(sum))
	best, next := math.Inf(-1), math.Inf(-1)
	at = -1
	for d, v := range vectors {
		n := length(v)
		if wrong != "asked-words" && (d == a || d == b || d == c) || n == 0 {
			continue
		}
		if wrong == "raw-words" {
			n = 1
		}
		switch s := kit.Dot(sum, v) / n; {
		case s > best:
			best, next, at = s, best, d
		case s > next:
			next = s
		}
	}
	return at, best - next
}

// ---- judging

// near is kit.Near with one more number, 1, on both sides.
func near(got, want []float64) bool {
	return kit.Near(append(slices.Clone(got), 1), append(slices.Clone(want), 1), tol)
}

func flat(t *grading.T, what string, m [][]float64, rows, cols int) []float64 {
	if len(m) != rows || slices.ContainsFunc(m, func(r []float64) bool { return len(r) != cols }) {
		kit.Fail(t, what, m, fmt.Sprintf("%d rows of %d numbers", rows, cols), "a wrong shape", "")
	}
	return slices.Concat(m...)
}

func judge(t *grading.T, what string, got, want []float64, would map[string][]float64) {
	if slices.ContainsFunc(got, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		kit.Fail(t, what, got, want, "a number is not finite", "zero-count")
	}
	kit.Judge(t, mistakes, what, got, want, near, would)
}

func checkCount(t *grading.T, ids []int, n, window int) {
	a := kit.Accepted(t, "a text", "Cooccurrence", ids, n, window)
	would := map[string][]float64{}
	for _, m := range []string{"one-side", "short-window", "own-neighbour", "same-word-once"} {
		would[m] = slices.Concat(counted(ids, n, window, m)...)
	}
	judge(t, fmt.Sprintf("%d words, window %d", len(ids), window), flat(t, "a text", a.Matrix(0), n, n), slices.Concat(counted(ids, n, window, "")...), would)
}

func checkPPMI(t *grading.T, what string, counts [][]float64, alpha float64) {
	a := kit.Accepted(t, what, "PPMI", counts, alpha)
	if a.Changed(0) {
		kit.Fail(t, what, "the counts hold other numbers after the call", "arguments as they were", "an argument was changed", "changes-arguments")
	}
	would := map[string][]float64{}
	for _, m := range []string{"negative-kept", "log2", "no-smoothing", "not-summing-to-1", "rows-smoothed", "axes-swapped"} {
		would[m] = slices.Concat(ppmi(counts, alpha, m)...)
	}
	judge(t, what, flat(t, what, a.Matrix(0), len(counts), len(counts[0])), slices.Concat(ppmi(counts, alpha, "")...), would)
}

func checkCosine(t *grading.T, what string, u, v []float64) {
	a := kit.Accepted(t, what, "Cosine", u, v)
	got, want := a.Float(0), cosine(u, v)
	if math.Abs(got-want) <= tol {
		return
	}
	mistake := ""
	for _, w := range []float64{kit.Dot(u, v), kit.Dot(u, v) / length(u), kit.Dot(u, v) / length(v)} {
		if grading.Close(got, w, tol) {
			mistake = "product"
		}
	}
	if big := math.Max(length(u), length(v)); big > 1e150 || math.Min(length(u), length(v)) < 1e-150 {
		mistake = "range"
	}
	kit.Fail(t, what, got, want, "the cosine differs", mistake)
}

func checkAnalogy(t *grading.T, what string, vectors [][]float64, a, b, c int) {
	got := kit.Accepted(t, what, "Analogy", vectors, a, b, c).Int(0)
	want, _ := answer(vectors, a, b, c, "")
	if got == want {
		return
	}
	mistake := ""
	if got == a || got == b || got == c {
		mistake = "asked-words"
	}
	for _, m := range []string{"raw-words", "raw-sum", "wrong-way"} {
		if w, _ := answer(vectors, a, b, c, m); mistake == "" && got == w {
			mistake = m
		}
	}
	kit.Fail(t, what, got, want, "another word", mistake)
}

// ---- instances

func countRandom(t *grading.T) {
	for k := range 8 {
		n := 2 + t.Rand.IntN(5)
		ids := make([]int, 12+t.Rand.IntN(25))
		for i := range ids {
			ids[i] = t.Rand.IntN(n)
		}
		checkCount(t, ids, n, 1+k%4)
	}
	checkCount(t, []int{0, 0, 0, 0}, 1, 2)
	checkCount(t, []int{}, 2, 1)
	checkCount(t, []int{1}, 3, 2)
	checkCount(t, []int{1, 0, 1}, 2, 50)
}

func counts(r *rand.Rand, rows, cols int) [][]float64 {
	out := kit.Zeros(rows, cols)
	for i := range out {
		for j := range out[i] {
			if r.IntN(3) > 0 {
				out[i][j] = math.Ceil(20*r.ExpFloat64()) / float64(1+j) * float64(1+i)
			}
		}
	}
	out[0][0]++
	return out
}

func ppmiRandom(t *grading.T) {
	for k := range 10 {
		alpha := []float64{1, 0.75, 0.2 + 0.7*t.Rand.Float64()}[k%3]
		checkPPMI(t, fmt.Sprintf("α = %.3g", alpha), counts(t.Rand, 3+t.Rand.IntN(4), 3+t.Rand.IntN(4)), alpha)
	}
	empty := counts(t.Rand, 4, 5)
	for j := range empty[2] {
		empty[2][j] = 0
	}
	for i := range empty {
		empty[i][3] = 0
	}
	checkPPMI(t, "a row and a column of zeros", empty, 0.75)
	checkPPMI(t, "one count", [][]float64{{3}}, 0.5)
	for _, scale := range []float64{1e-200, 1e200} {
		x := counts(t.Rand, 3, 4)
		want := slices.Concat(ppmi(x, 0.75, "")...)
		for i := range x {
			x[i] = kit.Scale(x[i], scale)
		}
		a := kit.Accepted(t, "huge or tiny counts", "PPMI", x, 0.75)
		if got := flat(t, "huge or tiny counts", a.Matrix(0), 3, 4); !near(got, want) {
			kit.Fail(t, fmt.Sprintf("counts times %g", scale), got, want, "a common factor changes nothing", "range")
		}
	}
}

func cosineRandom(t *grading.T) {
	for range 6 {
		n := 1 + t.Rand.IntN(6)
		u := kit.Gaussian(t.Rand, n, 3)
		checkCosine(t, "random vectors", u, kit.Gaussian(t.Rand, n, 0.5))
		checkCosine(t, "opposite vectors", u, kit.Scale(u, -2))
	}
	for _, s := range []float64{1e200, 1e-200} {
		checkCosine(t, "huge or tiny vectors", kit.Gaussian(t.Rand, 4, s), kit.Gaussian(t.Rand, 4, 1))
		checkCosine(t, "huge or tiny vectors", kit.Gaussian(t.Rand, 4, 1), kit.Gaussian(t.Rand, 4, s))
	}
}

// analogies draws vectors of very different lengths until the mistake's answer is another one, by a clear margin, and no two mistakes give the same
// wrong answer.
func analogies(t *grading.T, mistake string) (vectors [][]float64, a, b, c int) {
	for {
		n, dim := 7+t.Rand.IntN(6), 2+t.Rand.IntN(4)
		vectors = make([][]float64, n)
		for i := range vectors {
			vectors[i] = kit.Gaussian(t.Rand, dim, math.Exp(1.5*t.Rand.NormFloat64()))
		}
		p := t.Rand.Perm(n)
		a, b, c = p[0], p[1], p[2]
		right, margin := answer(vectors, a, b, c, "")
		good := margin > 1e-3
		seen := map[int]bool{}
		for _, m := range []string{"asked-words", "raw-sum", "raw-words", "wrong-way"} {
			w, margin := answer(vectors, a, b, c, m)
			good = good && margin > 1e-3 && !seen[w] && (m != mistake || w != right)
			seen[w] = w != right
		}
		if good {
			return vectors, a, b, c
		}
	}
}

func analogyRandom(t *grading.T) {
	for range 3 {
		for _, m := range []string{"asked-words", "raw-sum", "raw-words", "wrong-way"} {
			vectors, a, b, c := analogies(t, m)
			checkAnalogy(t, "random vectors", vectors, a, b, c)
		}
	}
	vectors, a, b, c := analogies(t, "asked-words")
	checkAnalogy(t, "with a word of the vector zero", append(vectors, make([]float64, len(vectors[0]))), a, b, c)
	// All answers have a negative cosine: −1 is the best, as it is the only one.
	checkAnalogy(t, "one word left, opposite", [][]float64{{1, 0}, {0, 1}, {1, 1}, {-1, -3}}, 0, 1, 2)
	checkAnalogy(t, "a = c", [][]float64{{1, 0.5}, {0, 1}, {0.5, 1}, {-1, -3}}, 0, 1, 0)
	for _, s := range []float64{1e200, 1e-200} {
		vectors, a, b, c := analogies(t, "raw-sum")
		right, _ := answer(vectors, a, b, c, "")
		for i := range vectors {
			vectors[i] = kit.Scale(vectors[i], s)
		}
		if got := kit.Accepted(t, "huge or tiny vectors", "Analogy", vectors, a, b, c).Int(0); got != right {
			kit.Fail(t, fmt.Sprintf("vectors times %g", s), got, right, "a common factor changes nothing", "range")
		}
	}
}

func refuses(t *grading.T) {
	ids, table := []int{0, 1, 2, 1}, [][]float64{{1, 2}, {3, 4}}
	vectors := [][]float64{{1, 0}, {1, 1}, {3, 0}, {2, 2}}
	kit.Untouched(t, "changes-arguments", "Cooccurrence", ids, 3, 2)
	kit.Untouched(t, "changes-arguments", "PPMI", table, 0.75)
	kit.Untouched(t, "changes-arguments", "Cosine", table[0], table[1])
	kit.Untouched(t, "changes-arguments", "Analogy", vectors, 0, 1, 2)
	no := func(what, mistake, fn string, args ...any) { kit.Refuses(t, what, mistake, fn, args...) }
	const pass = "arguments-pass"
	no("n = 0", pass, "Cooccurrence", []int{}, 0, 1)
	no("window 0", pass, "Cooccurrence", ids, 3, 0)
	no("a word too large", pass, "Cooccurrence", []int{0, 3}, 3, 1)
	no("the word −1", pass, "Cooccurrence", []int{0, -1}, 3, 1)
	no("no rows", pass, "PPMI", [][]float64{}, 1.0)
	no("an empty row", pass, "PPMI", [][]float64{{}, {}}, 1.0)
	no("rows of different lengths", pass, "PPMI", [][]float64{{1, 2}, {3}}, 1.0)
	no("a negative count", pass, "PPMI", [][]float64{{1, 2}, {-3, 4}}, 1.0)
	no("all counts 0", pass, "PPMI", [][]float64{{0, 0}}, 1.0)
	for _, alpha := range []float64{0, -0.5, 1.01, math.NaN(), math.Inf(1)} {
		no(fmt.Sprintf("α = %g", alpha), pass, "PPMI", table, alpha)
	}
	no("empty vectors", pass, "Cosine", []float64{}, []float64{})
	no("vectors of different lengths", pass, "Cosine", []float64{1, 2}, []float64{1})
	no("a zero vector", pass, "Cosine", []float64{1, 2}, []float64{0, 0})
	no("a zero vector", pass, "Cosine", []float64{0, 0}, []float64{1, 2})
	no("no vectors", pass, "Analogy", [][]float64{}, 0, 0, 0)
	no("vectors of different lengths", pass, "Analogy", [][]float64{{1, 0}, {1, 1}, {3, 0}, {2}}, 0, 1, 2)
	no("a word that is not there", pass, "Analogy", vectors, 0, 4, 2)
	no("the word −1", pass, "Analogy", vectors, 0, 1, -1)
	no("a zero vector is asked about", pass, "Analogy", [][]float64{{1, 0}, {0, 0}, {3, 0}, {2, 2}}, 0, 1, 2)
	no("no word is left", pass, "Analogy", vectors[:3], 0, 1, 2)
	no("only a zero word is left", pass, "Analogy", [][]float64{{1, 0}, {1, 1}, {3, 0}, {0, 0}}, 0, 1, 2)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		no("not finite", "nan-passes", "PPMI", [][]float64{{1, 2}, {math.Abs(bad), 4}}, 1.0)
		no("not finite", "nan-passes", "Cosine", []float64{1, bad}, []float64{1, 2})
		no("not finite", "nan-passes", "Cosine", []float64{1, 2}, []float64{bad, 2})
		no("not finite", "nan-passes", "Analogy", [][]float64{{1, 0}, {1, 1}, {3, 0}, {2, 2}, {bad, 1}}, 0, 1, 2)
	}
}

// ### END HIDDEN TESTS
