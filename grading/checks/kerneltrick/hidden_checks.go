// ### BEGIN HIDDEN TESTS

package kerneltrick

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerances are relative to the size of the terms: sums of some dozen products round to 10⁻¹⁴ of it; distances lose
// half of the digits where two images are close (√10⁻¹⁵ = 3·10⁻⁸ of the size).
const (
	tol         = 1e-10
	tolDistance = 1e-6
)

var kinds = []string{"linear", "quadratic", "rbf", "lift"}

var mistakes = []grading.Mistake{
	{ID: "rbf-not-squared", Cause: "the RBF kernel takes ‖x − z‖, not its square", Hint: "exp(−p‖x − z‖²)"},
	{ID: "rbf-width", Cause: "the RBF kernel takes p for a width: exp(−‖x − z‖²/(2p²))", Hint: "here p multiplies: exp(−p‖x − z‖²)"},
	{ID: "no-constant", Cause: "the quadratic kernel leaves p out", Hint: "(xᵀz + p)²"},
	{ID: "constant-outside", Cause: "p is added after squaring", Hint: "(xᵀz + p)², not (xᵀz)² + p"},
	{ID: "lift-norm", Cause: "the lift takes ‖x‖‖z‖, not ‖x‖²‖z‖²", Hint: "the new coordinate is x² + y², so its product is ‖x‖²‖z‖²"},
	{ID: "features-cross", Cause: "the products xᵢxⱼ have no √2", Hint: "(a + b)² = a² + 2ab + b²: the factor 2 is √2·√2"},
	{ID: "features-linear", Cause: "φ has no linear terms", Hint: "2p·xᵢzᵢ is part of (xᵀz + p)²: √(2p)·xᵢ"},
	{ID: "features-constant", Cause: "φ has no constant", Hint: "p² is part of (xᵀz + p)²: the entry p"},
	{ID: "psd-strict", Cause: "singular matrices are rejected: that is positive definite", Hint: "an eigenvalue of 0, up to rounding, is allowed"},
	{ID: "psd-absolute", Cause: "the eigenvalues are compared with a fixed number, which depends on the unit of K", Hint: "compare with −ε times the largest magnitude of an eigenvalue"},
	{ID: "psd-minors", Cause: "probably only the diagonal and 2×2 determinants are looked at", Hint: "take the least eigenvalue (mat.EigenSym)"},
	{ID: "distance-squared", Cause: "the root is missing", Hint: "√(K_ii + K_jj − 2K_ij)"},
	{ID: "distance-cross", Cause: "K_ij is subtracted once, not twice", Hint: "‖a − b‖² = a² + b² − 2ab"},
	{ID: "distance-nan", Cause: "what rounding leaves below zero under the root becomes NaN", Hint: "max(0, …) before the root"},
	{ID: "no-bias", Cause: "the +1 that carries the bias is missing", Hint: "f(xⱼ) = Σ cᵢyᵢ(K_ij + 1)"},
	{ID: "no-labels", Cause: "the labels are missing in f", Hint: "f(xⱼ) = Σ cᵢyᵢ(K_ij + 1)"},
	{ID: "strict", Cause: "yf = 0 is not taken for a mistake, so that nothing ever happens", Hint: "correct where yf ≤ 0"},
	{ID: "batch", Cause: "all points of an epoch meet the counts of its start", Hint: "raise cⱼ at once"},
	{ID: "no-stop", Cause: "training goes on after an epoch without a mistake", Hint: "if the epoch's count is 0, append it and end"},
	{ID: "asymmetric-passes", Cause: "it is not looked whether K is symmetric", Hint: "compare K_ij with K_ji"},
	{ID: "kind-passes", Cause: "an unknown kind gets a kernel", Hint: "return an error in the default case of the switch"},
	{ID: "parameter-passes", Cause: "p out of its range is accepted", Hint: "!(p > 0) catches 0, negative numbers and NaN; for the quadratic kernel 0 is fine"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "x and z have one length, K is square, y has as many labels"},
	{ID: "changes-data", Cause: "an argument is modified in place", Hint: "work on copies"},
}

// value is k, and with the name of a mistake what that gives; size is that of the terms.
func value(kind string, p float64, x, z []float64, mistake string) (v, size float64) {
	s, big, d2 := kit.Dot(x, z), 0.0, 0.0
	for i := range x {
		big += math.Abs(x[i] * z[i])
		d2 += (x[i] - z[i]) * (x[i] - z[i])
	}
	switch kind {
	case "linear":
		return s, big
	case "quadratic":
		size = (big + p) * (big + p)
		switch mistake {
		case "no-constant":
			return s * s, size
		case "constant-outside":
			return s*s + p, size
		}
		return (s + p) * (s + p), size
	case "rbf":
		switch mistake {
		case "rbf-not-squared":
			return math.Exp(-p * math.Sqrt(d2)), 1
		case "rbf-width":
			return math.Exp(-d2 / (2 * p * p)), 1
		}
		return math.Exp(-p * d2), 1
	}
	xx, zz := kit.Dot(x, x), kit.Dot(z, z)
	size = big + xx*zz
	if mistake == "lift-norm" {
		return s + math.Sqrt(xx)*math.Sqrt(zz), size
	}
	return s + xx*zz, size
}

func near(a, b, size float64) bool { return math.Abs(a-b) <= tol*size }

func fail(t *grading.T, name, computed, expected, err, mistake string) {
	t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: computed, Expected: expected, Error: err, Mistake: mistake})
}

// blame names the mistake that gives got.
func blame(kind string, p float64, x, z []float64, got float64) string {
	for _, m := range []string{"rbf-not-squared", "rbf-width", "no-constant", "constant-outside", "lift-norm"} {
		want, size := value(kind, p, x, z, "")
		if v, _ := value(kind, p, x, z, m); !near(v, want, size) && near(got, v, max(size, math.Abs(v))) {
			return m
		}
	}
	return ""
}

func kernel(t *grading.T, name, kind string, p float64, x, z []float64) {
	a := t.CallOK("Kernel", kind, p, x, z)
	want, size := value(kind, p, x, z, "")
	if got := a.Float(0); !near(got, want, size) {
		fail(t, name, grading.Show(got), grading.Show(want), fmt.Sprintf("off by %.3g", got-want), blame(kind, p, x, z, got))
	}
}

func kernelRandom(t *grading.T) {
	r := t.Rand
	for i := range 4 {
		d := 1 + r.IntN(6)
		for _, kind := range kinds {
			kernel(t, fmt.Sprintf("random points %d", i+1), kind, 0.05+r.Float64(), kit.Gaussian(r, d, 1), kit.Gaussian(r, d, 1))
		}
	}
	x, z := kit.Gaussian(r, 3, 1), kit.Gaussian(r, 3, 1)
	for _, kind := range kinds {
		kernel(t, "a point and itself", kind, 0.7, x, x)
		kernel(t, "the origin", kind, 0.7, x, make([]float64, 3))
		kernel(t, "numbers near 10⁻⁵⁰", kind, 0.7, kit.Gaussian(r, 3, 1e-50), kit.Gaussian(r, 3, 1e-50))
	}
	for _, kind := range []string{"linear", "quadratic", "lift"} {
		kernel(t, "numbers near 10⁵⁰", kind, 0.7, kit.Gaussian(r, 3, 1e50), kit.Gaussian(r, 3, 1e50))
	}
	kernel(t, "p = 0", "quadratic", 0, x, z)
	kernel(t, "far apart: 0", "rbf", 1, kit.Gaussian(r, 3, 1e3), kit.Gaussian(r, 3, 1e6))
	kernel(t, "p ignored", "linear", -3, x, z)
	kernel(t, "p ignored", "lift", math.NaN(), x, z)
}

func features(t *grading.T, name string, p float64, points ...[]float64) {
	phi := make([][]float64, len(points))
	for i, x := range points {
		phi[i] = t.CallOK("Features", p, x).Floats(0)
		if len(phi[i]) != len(phi[0]) || len(phi[i]) == 0 || len(phi[i]) > 10000 || !grading.AllFinite(phi[i]) {
			fail(t, name, grading.Show(phi[i]), fmt.Sprintf("as many finite numbers as for the first point (%d), up to 10 000", len(phi[0])), "φ is not a vector of one length", "")
		}
	}
	// the dot products, and what mistakes make of them, for all pairs at once
	would := map[string]bool{"features-cross": true, "features-linear": true, "features-constant": true}
	worst, what := 0.0, [2]int{}
	for i, x := range points {
		for j, z := range points {
			got := kit.Dot(phi[i], phi[j])
			want, size := value("quadratic", p, x, z, "")
			if off := math.Abs(got-want) / size; !(off <= worst) {
				worst, what = off, [2]int{i, j}
			}
			s, squares := kit.Dot(x, z), 0.0
			for c := range x {
				squares += x[c] * x[c] * z[c] * z[c]
			}
			// products once, and xᵢxⱼ with i < j counted once in place of twice
			cross := squares + (s*s-squares)/2
			would["features-cross"] = would["features-cross"] && (near(got, cross+2*p*s+p*p, size) || near(got, cross+p*s+p*p, size))
			would["features-linear"] = would["features-linear"] && near(got, s*s+p*p, size)
			would["features-constant"] = would["features-constant"] && (near(got, s*s+2*p*s, size) || near(got, s*s, size))
		}
	}
	if worst <= tol {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if would[m.ID] {
			mistake = m.ID
			break
		}
	}
	i, j := what[0], what[1]
	want, _ := value("quadratic", p, points[i], points[j], "")
	fail(t, name, fmt.Sprintf("φ(x)ᵀφ(z) = %s for x = %s, z = %s", grading.Show(kit.Dot(phi[i], phi[j])), grading.Show(points[i]), grading.Show(points[j])),
		grading.Show(want), fmt.Sprintf("off by %.2g of the size of the terms", worst), mistake)
}

func featuresRandom(t *grading.T) {
	r := t.Rand
	for _, d := range []int{2, 3, 5, 1, 8} {
		var points [][]float64
		for range 4 {
			points = append(points, kit.Gaussian(r, d, 1))
		}
		features(t, fmt.Sprintf("%d coordinates", d), 0.2+r.Float64(), points...)
	}
	features(t, "p = 0", 0, kit.Gaussian(r, 3, 1), kit.Gaussian(r, 3, 1))
	features(t, "the origin", 1.5, []float64{0, 0}, kit.Gaussian(r, 2, 1))
	features(t, "numbers near 10⁴⁰", 1, kit.Gaussian(r, 2, 1e40), kit.Gaussian(r, 2, 1e40))
}

func gramRandom(t *grading.T) {
	r := t.Rand
	for _, kind := range kinds {
		n, d, p := 3+r.IntN(8), 1+r.IntN(4), 0.1+r.Float64()
		var x [][]float64
		for range n {
			x = append(x, kit.Gaussian(r, d, 1))
		}
		x = append(x, slices.Clone(x[0]))
		gram(t, "random points, the first one twice", kind, p, x)
		gram(t, "one point", kind, p, x[:1])
	}
}

func gram(t *grading.T, name, kind string, p float64, x [][]float64) {
	k := t.CallOK("Gram", kind, p, x).Matrix(0)
	square := len(k) == len(x)
	for _, row := range k {
		square = square && len(row) == len(x)
	}
	if !square {
		fail(t, name, grading.Show(k), fmt.Sprintf("a %d×%d matrix", len(x), len(x)), "the shape differs", "")
	}
	for i := range x {
		for j := range x {
			want, size := value(kind, p, x[i], x[j], "")
			if !near(k[i][j], want, size) {
				fail(t, name, fmt.Sprintf("K[%d][%d] = %s", i, j, grading.Show(k[i][j])), grading.Show(want), fmt.Sprintf("off by %.3g", k[i][j]-want), blame(kind, p, x[i], x[j], k[i][j]))
			}
		}
	}
}

// rotated returns QΛQᵀ for a random rotation Q: a symmetric matrix with these eigenvalues.
func rotated(r *rand.Rand, eigenvalues ...float64) [][]float64 {
	n := len(eigenvalues)
	k := make([][]float64, n)
	for i := range k {
		k[i] = make([]float64, n)
		k[i][i] = eigenvalues[i]
	}
	for i := range n {
		for j := range i {
			sin, cos := math.Sincos(2 * math.Pi * r.Float64())
			for c := range n {
				a, b := k[i][c], k[j][c]
				k[i][c], k[j][c] = cos*a-sin*b, sin*a+cos*b
			}
			for c := range n {
				a, b := k[c][i], k[c][j]
				k[c][i], k[c][j] = cos*a-sin*b, sin*a+cos*b
			}
		}
	}
	for i := range n {
		for j := range i {
			k[i][j] = k[j][i]
		}
	}
	return k
}

func psd(t *grading.T, name string, k [][]float64, want bool) { psdBlame(t, name, k, want, "") }

func psdBlame(t *grading.T, name string, k [][]float64, want bool, mistake string) {
	if a := t.CallOK("IsPSD", k); a.Bool(0) != want {
		if mistake == "" {
			if want {
				mistake = "psd-strict"
			}
		}
		fail(t, name, a.String(), fmt.Sprint(want), "the eigenvalues say otherwise", mistake)
	}
}

func scaled(k [][]float64, s float64) [][]float64 {
	c := make([][]float64, len(k))
	for i, row := range k {
		c[i] = slices.Clone(row)
		for j := range c[i] {
			c[i][j] *= s
		}
	}
	return c
}

func psdRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		psdBlame(t, "eigenvalues above 0", rotated(r, 1, 2, 0.5, 0.1, 3), true, "")
	}
	// rank 2 of 6: the Gram matrix of six points of the plane
	for range 3 {
		psdBlame(t, "rank 2 of 6", rotated(r, 1, 2.5, 0, 0, 0, 0), true, "psd-strict")
	}
	psdBlame(t, "the zero matrix", [][]float64{{0, 0}, {0, 0}}, true, "psd-strict")
	psd(t, "one entry, 0", [][]float64{{0}}, true)
	psd(t, "one entry, −1", [][]float64{{-1}}, false)
	// 2I − (the matrix of ones): diagonal 1, all 2×2 minors 0, least eigenvalue 2 − n
	const n = 5
	k := make([][]float64, n)
	for i := range k {
		k[i] = make([]float64, n)
		for j := range k[i] {
			k[i][j] = -1
		}
		k[i][i] = 1
	}
	psdBlame(t, "2I minus the matrix of ones: no 2×2 determinant is negative, but (1, …, 1) has an eigenvalue of −3", k, false, "psd-minors")
	psdBlame(t, "2I minus the matrix of ones, with a larger diagonal", rotated(r, 3, 2, 2, 1, -0.05), false, "psd-minors")
	psdBlame(t, "an eigenvalue of −10⁻⁵", rotated(r, 1, 0.5, 0.3, -1e-5), false, "psd-minors")
	for _, s := range []float64{1e-60, 1e60, 1e6, 1e-7} {
		psdBlame(t, fmt.Sprintf("rank 2 of 6, entries near %g", s), scaled(rotated(r, 1, 2.5, 0, 0, 0, 0), s), true, "psd-absolute")
		psdBlame(t, fmt.Sprintf("an eigenvalue of −1 %% of the largest, entries near %g", s), scaled(rotated(r, 1, 0.5, 0.4, -0.01), s), false, "psd-absolute")
	}
	psdBlame(t, "eigenvalues below 0 alone", rotated(r, -1, -2, -0.5), false, "psd-minors")
}

func gramOf(kind string, p float64, x [][]float64) [][]float64 {
	k := make([][]float64, len(x))
	for i := range x {
		k[i] = make([]float64, len(x))
		for j := range x {
			k[i][j], _ = value(kind, p, x[i], x[j], "")
		}
	}
	for i := range x {
		for j := range i {
			k[i][j] = k[j][i]
		}
	}
	return k
}

func distances(t *grading.T, name string, k [][]float64) {
	d := t.CallOK("Distances", k).Matrix(0)
	square := len(d) == len(k)
	for _, row := range d {
		square = square && len(row) == len(k)
	}
	if !square {
		fail(t, name, grading.Show(d), fmt.Sprintf("a %d×%d matrix", len(k), len(k)), "the shape differs", "")
	}
	for i := range k {
		for j := range k {
			size := math.Sqrt(math.Abs(k[i][i]) + math.Abs(k[j][j]))
			want, got := math.Sqrt(max(0, k[i][i]+k[j][j]-2*k[i][j])), d[i][j]
			close := func(v float64) bool { return math.Abs(got-v) <= tolDistance*max(size, math.Abs(v)) }
			if close(want) {
				continue
			}
			mistake := ""
			switch {
			case math.IsNaN(got):
				mistake = "distance-nan"
			case close(want * want):
				mistake = "distance-squared"
			case close(math.Sqrt(max(0, k[i][i]+k[j][j]-k[i][j]))):
				mistake = "distance-cross"
			}
			fail(t, name, fmt.Sprintf("distance of %d and %d: %s", i, j, grading.Show(got)), grading.Show(want), fmt.Sprintf("off by %.3g", got-want), mistake)
		}
	}
}

func cloud(r *rand.Rand, n, d int) [][]float64 {
	var x [][]float64
	for range n {
		x = append(x, kit.Gaussian(r, d, 1))
	}
	return x
}

func distancesRandom(t *grading.T) {
	r := t.Rand
	for _, kind := range kinds {
		distances(t, kind+" kernel", gramOf(kind, 0.5, cloud(r, 3+r.IntN(8), 1+r.IntN(4))))
	}
	distances(t, "one point", [][]float64{{4}})
	// rounding makes the square negative: 1 + 1 − 2(1 + 2⁻⁵²)
	distances(t, "two equal images, up to rounding", [][]float64{{1, 1 + 0x1p-52}, {1 + 0x1p-52, 1}})
	distances(t, "small units", scaled(gramOf("linear", 0, cloud(r, 4, 2)), 1e-80))
	distances(t, "large units", scaled(gramOf("linear", 0, cloud(r, 4, 2)), 1e80))
}

// run is the reference of Perceptron, and with the name of a mistake what that gives.
func run(k [][]float64, y []float64, epochs int, mistake string) (counts, wrong []int) {
	counts, wrong = make([]int, len(y)), []int{}
	for range epochs {
		n, old := 0, slices.Clone(counts)
		for j := range y {
			f, c := 0.0, counts
			if mistake == "batch" {
				c = old
			}
			for i := range y {
				term := float64(c[i]) * y[i] * (k[i][j] + 1)
				switch mistake {
				case "no-bias":
					term = float64(c[i]) * y[i] * k[i][j]
				case "no-labels":
					term = float64(c[i]) * (k[i][j] + 1)
				}
				f += term
			}
			if y[j]*f < 0 || y[j]*f == 0 && mistake != "strict" {
				counts[j]++
				n++
			}
		}
		wrong = append(wrong, n)
		if n == 0 && mistake != "no-stop" {
			break
		}
	}
	return
}

func perceptron(t *grading.T, name string, k [][]float64, y []float64, epochs int) {
	a := t.CallOK("Perceptron", k, y, epochs)
	same := func(counts, wrong []int) bool {
		return slices.Equal(a.Ints(0), counts) && slices.Equal(a.Ints(1), wrong)
	}
	counts, wrong := run(k, y, epochs, "")
	if same(counts, wrong) {
		return
	}
	mistake := ""
	for _, m := range []string{"no-bias", "no-labels", "strict", "batch", "no-stop"} {
		if same(run(k, y, epochs, m)) {
			mistake = m
			break
		}
	}
	fail(t, name, a.String(), fmt.Sprintf("counts = %v, mistakes = %v", counts, wrong), "counts or mistakes differ", mistake)
}

// whole returns points with whole coordinates, so that sums are exact.
func whole(r *rand.Rand, n, d int) [][]float64 {
	x := cloud(r, n, d)
	for i := range x {
		for j := range x[i] {
			x[i][j] = float64(r.IntN(9) - 4)
		}
	}
	return x
}

func perceptronRandom(t *grading.T) {
	r := t.Rand
	for i, kind := range []string{"quadratic", "lift", "linear", "quadratic", "lift"} {
		n := 5 + r.IntN(12)
		x := whole(r, n, 2)
		y := make([]float64, n)
		for j := range y { // inside or outside of a circle of radius √6
			y[j] = 1
			if kit.Dot(x[j], x[j]) > 6 {
				y[j] = -1
			}
		}
		perceptron(t, fmt.Sprintf("%s kernel, a circle %d", kind, i+1), gramOf(kind, 1, x), y, 60)
		perceptron(t, kind+" kernel, one epoch", gramOf(kind, 1, x), y, 1)
	}
	x := whole(r, 6, 3)
	y := []float64{1, -1, -1, 1, -1, 1}
	k := gramOf("linear", 0, x)
	perceptron(t, "no epoch", k, y, 0)
	perceptron(t, "one class", k, []float64{-1, -1, -1, -1, -1, -1}, 200)
	perceptron(t, "one point", [][]float64{{5}}, []float64{-1}, 5)
	perceptron(t, "the zero matrix: the bias alone", [][]float64{{0, 0}, {0, 0}}, []float64{1, 1}, 5)
	// separable by the bias only: f must be −1 at both
	perceptron(t, "two labels, equal images", [][]float64{{0, 0}, {0, 0}}, []float64{1, -1}, 4)
}

func refuse(t *grading.T, what, mistake, fn string, args ...any) {
	t.CallErr(grading.Failure{Input: fn + " with " + what, Mistake: mistake}, fn, args...)
}

func refuses(t *grading.T) {
	r := t.Rand
	x := whole(r, 4, 2)
	k, y := gramOf("quadratic", 1, x), []float64{1, -1, 1, -1}
	// who refuses everything earns nothing
	for _, kind := range kinds {
		kernel(t, "good points", kind, 0.5, x[0], x[1])
	}
	features(t, "good points", 1, x...)
	psd(t, "a good matrix", k, true)
	perceptron(t, "good data", k, y, 5)
	distances(t, "a good matrix", k)

	nan, inf := []float64{1, math.NaN()}, []float64{math.Inf(1), 0}
	for _, kind := range kinds {
		refuse(t, "NaN in x", "nan-passes", "Kernel", kind, 1.0, nan, x[1])
		refuse(t, "infinity in z", "nan-passes", "Kernel", kind, 1.0, x[0], inf)
		refuse(t, "z too short", "shape-passes", "Kernel", kind, 1.0, x[0], x[1][:1])
		refuse(t, "z too long", "shape-passes", "Kernel", kind, 1.0, x[0], []float64{1, 2, 3})
		refuse(t, "no coordinates", "shape-passes", "Kernel", kind, 1.0, []float64{}, []float64{})
		refuse(t, "NaN in a point", "nan-passes", "Gram", kind, 1.0, [][]float64{x[0], nan})
		refuse(t, "points of different length", "shape-passes", "Gram", kind, 1.0, [][]float64{x[0], {1}})
		refuse(t, "no points", "shape-passes", "Gram", kind, 1.0, [][]float64{})
	}
	for _, kind := range []string{"", "cubic", "RBF"} {
		refuse(t, "kind "+fmt.Sprintf("%q", kind), "kind-passes", "Kernel", kind, 1.0, x[0], x[1])
		refuse(t, "kind "+fmt.Sprintf("%q", kind), "kind-passes", "Gram", kind, 1.0, x)
	}
	for _, c := range []struct {
		kind string
		p    float64
	}{{"rbf", 0}, {"rbf", -1}, {"rbf", math.NaN()}, {"quadratic", -0.5}, {"quadratic", math.NaN()}} {
		refuse(t, fmt.Sprintf("p = %v", c.p), "parameter-passes", "Kernel", c.kind, c.p, x[0], x[1])
		refuse(t, fmt.Sprintf("p = %v", c.p), "parameter-passes", "Gram", c.kind, c.p, x)
	}
	refuse(t, "NaN in x", "nan-passes", "Features", 1.0, nan)
	refuse(t, "no coordinates", "shape-passes", "Features", 1.0, []float64{})
	refuse(t, "p = −1", "parameter-passes", "Features", -1.0, x[0])
	refuse(t, "p = NaN", "parameter-passes", "Features", math.NaN(), x[0])

	with := func(i, j int, v float64) [][]float64 {
		c := scaled(k, 1)
		c[i][j] = v
		return c
	}
	both := with(1, 2, math.NaN())
	both[2][1] = math.NaN()
	infinite := with(3, 3, math.Inf(1))
	ragged := scaled(k, 1)
	ragged[2] = ragged[2][:3]
	for _, c := range []struct {
		what, mistake string
		k             [][]float64
	}{
		{"NaN in K", "nan-passes", both}, {"infinity in K", "nan-passes", infinite},
		{"a ragged K", "shape-passes", ragged}, {"a 3×4 matrix", "shape-passes", k[:3]}, {"no rows", "shape-passes", [][]float64{}},
		{"K[0][2] and K[2][0] that differ", "asymmetric-passes", with(0, 2, k[2][0]+0.5)},
	} {
		labels := y[:min(4, len(c.k))]
		refuse(t, c.what, c.mistake, "IsPSD", c.k)
		refuse(t, c.what, c.mistake, "Distances", c.k)
		refuse(t, c.what, c.mistake, "Perceptron", c.k, labels, 5)
	}
	refuse(t, "a label too few", "shape-passes", "Perceptron", k, y[:3], 5)
	refuse(t, "a label too many", "shape-passes", "Perceptron", k, append(slices.Clone(y), 1), 5)
	refuse(t, "the label 0", "", "Perceptron", k, []float64{1, 0, 1, -1}, 5)
	refuse(t, "−1 epochs", "", "Perceptron", k, y, -1)

	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Kernel", []any{"lift", 0.5, x[0], x[1]}},
		{"Features", []any{1.0, x[0]}},
		{"Gram", []any{"rbf", 0.5, x}},
		{"IsPSD", []any{k}},
		{"Distances", []any{k}},
		{"Perceptron", []any{k, y, 20}},
	} {
		a := t.CallOK(c.fn, c.args...)
		for i := range c.args {
			if a.Changed(i) {
				t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1),
					Expected: "arguments as they were", Error: "the function writes to what it was given", Mistake: "changes-data"})
			}
		}
	}
}

// ### END HIDDEN TESTS
