// ### BEGIN HIDDEN TESTS

package fourierfeatures

import (
	"cmp"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, of the largest number: sums of at most 64 products of numbers near 1 with sines, whose angles may reach 64·64·2π/64 where
// nobody took them modulo 2π; round-off stays below 10⁻¹².
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "inverse-sign", Cause: "the transform turns the other way, e^(+2πijk/n)", Hint: "the imaginary part is −Σ x[j]·sin(2πjk/n)"},
	{ID: "scaled-dft", Cause: "DFT divides by n or by √n", Hint: "DFT has no factor; 1/n belongs to the way back"},
	{ID: "all-doubled", Cause: "every amplitude is doubled, those of the waves without a mirror too", Hint: "wave 0, and wave n/2 for even n, consist of one coefficient: no factor 2"},
	{ID: "not-doubled", Cause: "no amplitude is doubled", Hint: "X[k] and X[n−k] are conjugate, and together have the amplitude 2|X[k]|/n"},
	{ID: "odd-end", Cause: "for odd n the last wave is taken for its own mirror", Hint: "only 2k = n is; for n = 5, the mirror of 2 is 3"},
	{ID: "no-mirror", Cause: "wave k is rebuilt from X[k] alone, without X[n−k]", Hint: "twice the real part, unless k is its own mirror"},
	{ID: "half-energy", Cause: "waves are chosen, or the share is taken, by |X[k]|² though most waves have two such coefficients", Hint: "the energy of wave k is |X[k]|² + |X[n−k]|²"},
	{ID: "lowest", Cause: "the k slowest waves are kept, not the strongest", Hint: "sort the indices by falling energy"},
	{ID: "weakest", Cause: "the weakest waves are kept", Hint: "the greatest energy comes first"},
	{ID: "mean-free", Cause: "wave 0 does not compete with the others", Hint: "the mean is a wave as any other: it may be kept, and may be dropped"},
	{ID: "amplitude-share", Cause: "the share is of amplitudes, not of energies", Hint: "Parseval: what adds up is |X|²"},
	{ID: "no-over-n", Cause: "the way back lacks the factor 1/n", Hint: "x[j] = 1/n Σ X[k] e^(+2πijk/n)"},
	{ID: "zero-share", Cause: "0/0 for a signal of zeros", Hint: "all of nothing is kept: the share is 1"},
	{ID: "haar-half", Cause: "sums and differences are divided by 2", Hint: "by √2: only then does the step keep the energy"},
	{ID: "haar-sign", Cause: "the differences have the wrong sign", Hint: "d = (x[2i] − x[2i+1])/√2, the earlier sample first"},
	{ID: "fine-first", Cause: "the details are written finest first", Hint: "a_L | d_L | … | d_1: work in place, on a shrinking front part"},
	{ID: "interleaved", Cause: "sums and differences stand in turn", Hint: "all sums first, then all differences"},
	{ID: "packet", Cause: "later levels step on the details too", Hint: "only a is halved again"},
	{ID: "inverse-order", Cause: "the inverse undoes the levels from fine to coarse", Hint: "what came last goes first: level L, …, 1"},
	{ID: "not-scaled", Cause: "features are not divided by their deviations", Hint: "a feature with a great unit decides alone"},
	{ID: "total-spread", Cause: "the deviation is taken round the mean of all examples", Hint: "round the mean of the example's own class"},
	{ID: "zero-spread", Cause: "a feature that never varies within its class gives a division by 0", Hint: "its deviation counts as 1"},
	{ID: "city-block", Cause: "distances add sizes, not squares", Hint: "Euclid: Σ ((x − m)/s)²"},
	{ID: "nearest-example", Cause: "the nearest example decides, not the nearest mean", Hint: "average the rows of each class first"},
	{ID: "last-of-equals", Cause: "of equally near means the last one wins", Hint: "replace the best only by a smaller distance"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "copy first: slices.Clone"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, of the test rows too"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "n = 1, odd n, k = 0, levels = 0 and an empty test are good"},
}

func same(a, b []float64) bool { return kit.Near(a, b, tol) }

func judge(t *grading.T, what string, got, want []float64, would map[string][]float64) {
	kit.Judge(t, mistakes, what, got, want, same, would)
}

// call calls a function with a good input, and sees that it writes to nothing.
func call(t *grading.T, fn string, args ...any) grading.Answer {
	return kit.Untouched(t, "changes-arguments", fn, args...)
}

// ---- the reference, with mistakes

func dft(x []float64) []complex128 {
	n := len(x)
	c := make([]complex128, n)
	for k := range c {
		for j, v := range x {
			c[k] += complex(v, 0) * cmplx.Rect(1, -2*math.Pi*float64(j*k%n)/float64(n))
		}
	}
	return c
}

func parts(c []complex128, s float64) (v []float64) {
	for _, z := range c {
		v = append(v, s*real(z))
	}
	for _, z := range c {
		v = append(v, s*imag(z))
	}
	return v
}

// alone says whether wave k is its own mirror, or is taken for it.
func alone(k, n int, wrong string) bool {
	switch wrong {
	case "all-doubled":
		return false
	case "not-doubled":
		return true
	case "odd-end":
		return k == 0 || k == n/2
	}
	return k == 0 || 2*k == n
}

func amplitudes(x []float64, wrong string) []float64 {
	c, n := dft(x), len(x)
	a := make([]float64, n/2+1)
	for k := range a {
		a[k] = 2 * cmplx.Abs(c[k]) / float64(n)
		if alone(k, n, wrong) {
			a[k] /= 2
		}
	}
	return a
}

// keep gives y and, behind it, the share.
func keep(x []float64, k int, wrong string) []float64 {
	c, n := dft(x), len(x)
	energy, order, all := make([]float64, n/2+1), make([]int, n/2+1), 0.0
	for i := range energy {
		order[i] = i
		energy[i] = 2 * real(c[i]*cmplx.Conj(c[i]))
		if alone(i, n, wrong) || wrong == "half-energy" {
			energy[i] /= 2
		}
		if wrong == "amplitude-share" {
			energy[i] = cmplx.Abs(c[i])
			if !alone(i, n, "") {
				energy[i] *= 2
			}
		}
		if wrong == "mean-free" && i == 0 {
			energy[i] = 0
		}
		all += energy[i]
	}
	truth := func(i int) float64 { // amplitudes are only the wrong share; the choice is right
		if wrong == "amplitude-share" {
			e := 2 * real(c[i]*cmplx.Conj(c[i]))
			if alone(i, n, "") {
				e /= 2
			}
			return e
		}
		return energy[i]
	}
	switch wrong {
	case "lowest":
	case "weakest":
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(truth(a), truth(b)) })
	default:
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(truth(b), truth(a)) })
	}
	y, share := make([]float64, n), 0.0
	for _, i := range order[:k] {
		share += energy[i]
		for j := range y {
			v := real(c[i] * cmplx.Rect(1, 2*math.Pi*float64(i*j%n)/float64(n)))
			if !alone(i, n, wrong) && wrong != "no-mirror" {
				v *= 2
			}
			if wrong != "no-over-n" {
				v /= float64(n)
			}
			y[j] += v
		}
	}
	if all == 0 {
		return append(y, 1)
	}
	return append(y, share/all)
}

func haar(x []float64, levels int, wrong string) []float64 {
	root, sign := math.Sqrt2, 1.0
	switch wrong {
	case "haar-half":
		root = 2
	case "haar-sign":
		sign = -1
	}
	step := func(x []float64) (a, d []float64) {
		for i := 0; i < len(x); i += 2 {
			a, d = append(a, (x[i]+x[i+1])/root), append(d, sign*(x[i]-x[i+1])/root)
		}
		return a, d
	}
	if wrong == "packet" {
		if levels == 0 {
			return x
		}
		a, d := step(x)
		return slices.Concat(haar(a, levels-1, wrong), haar(d, levels-1, wrong))
	}
	a, details := x, []float64(nil)
	for range levels {
		var d []float64
		a, d = step(a)
		switch wrong {
		case "fine-first":
			details = slices.Concat(details, d)
		default:
			details = slices.Concat(d, details)
		}
	}
	if wrong == "interleaved" && levels == 1 {
		v := make([]float64, 0, len(x))
		for i := range a {
			v = append(v, a[i], details[i])
		}
		return v
	}
	return slices.Concat(a, details)
}

// unhaar undoes haar; order fine to coarse is the mistake inverse-order.
func unhaar(c []float64, levels int, wrong string) []float64 {
	root, sign := math.Sqrt2, 1.0
	switch wrong {
	case "haar-half": // of a step that divides by 2 the inverse takes plain sums
		root = 1
	case "haar-sign":
		sign = -1
	}
	x := slices.Clone(c)
	for l := range levels {
		if wrong != "inverse-order" {
			l = levels - 1 - l
		}
		half := len(x) >> l / 2
		y := make([]float64, 0, 2*half)
		for i := range half {
			y = append(y, (x[i]+sign*x[half+i])/root, (x[i]-sign*x[half+i])/root)
		}
		copy(x, y)
	}
	return x
}

func nearest(train [][]float64, labels []int, test [][]float64, wrong string) []float64 {
	d, classes := len(train[0]), slices.Max(labels)+1
	mean := func(of func(i int) bool, j int) float64 {
		s, n := 0.0, 0.0
		for i := range train {
			if of(i) {
				s, n = s+train[i][j], n+1
			}
		}
		return s / n
	}
	means, spread := make([][]float64, classes), make([]float64, d)
	for j := range d {
		for k := range means {
			means[k] = append(means[k], mean(func(i int) bool { return labels[i] == k }, j))
		}
		all := mean(func(int) bool { return true }, j)
		for i := range train {
			e := train[i][j] - means[labels[i]][j]
			if wrong == "total-spread" {
				e = train[i][j] - all
			}
			spread[j] += e * e / float64(len(train))
		}
		if spread[j] = math.Sqrt(spread[j]); spread[j] == 0 && wrong != "zero-spread" || wrong == "not-scaled" {
			spread[j] = 1
		}
	}
	distance := func(x, m []float64) (s float64) {
		for j := range x {
			e := (x[j] - m[j]) / spread[j]
			if wrong == "city-block" {
				s += math.Abs(e)
			} else {
				s += e * e
			}
		}
		return s
	}
	answers := make([]float64, len(test))
	for i, x := range test {
		least := math.Inf(1)
		try := func(k int, m []float64) {
			if v := distance(x, m); v < least || v == least && wrong == "last-of-equals" {
				least, answers[i] = v, float64(k)
			}
		}
		for k := range means {
			if wrong != "nearest-example" {
				try(k, means[k])
			}
		}
		for j := range train {
			if wrong == "nearest-example" {
				try(labels[j], train[j])
			}
		}
	}
	return answers
}

// variants gives what each of the mistakes would give.
func variants(f func(wrong string) []float64, ids ...string) map[string][]float64 {
	m := map[string][]float64{}
	for _, id := range ids {
		m[id] = f(id)
	}
	return m
}

// ---- judging

func checkDFT(t *grading.T, x []float64) {
	a := call(t, "DFT", x)
	c := dft(x)
	n := float64(len(x))
	judge(t, "DFT, real parts and then imaginary parts", slices.Concat(a.Floats(0), a.Floats(1)), parts(c, 1), map[string][]float64{
		"inverse-sign": slices.Concat(parts(c, 1)[:len(x)], parts(c, -1)[len(x):]), "scaled-dft": parts(c, 1/scaleOf(a.Floats(0), c, n))})
}

// scaleOf guesses the factor of a scaled transform: n or √n.
func scaleOf(re []float64, c []complex128, n float64) float64 {
	if len(re) > 0 && math.Abs(re[0]*n-real(c[0])) < 1e-9*cmplx.Abs(c[0]) {
		return n
	}
	return math.Sqrt(n)
}

func checkAmplitudes(t *grading.T, x []float64) {
	a := call(t, "Amplitudes", x)
	f := func(wrong string) []float64 { return amplitudes(x, wrong) }
	judge(t, "Amplitudes", a.Floats(0), f(""), variants(f, "all-doubled", "not-doubled", "odd-end"))
}

func checkKeep(t *grading.T, x []float64, k int) {
	a := call(t, "KeepLargest", x, k)
	f := func(wrong string) []float64 { return keep(x, k, wrong) }
	would := variants(f, "no-mirror", "half-energy", "lowest", "weakest", "mean-free", "amplitude-share", "no-over-n", "all-doubled", "not-doubled", "odd-end")
	judge(t, "KeepLargest, y and then the share", append(slices.Clone(a.Floats(0)), a.Float(1)), f(""), would)
}

func checkHaar(t *grading.T, x []float64, levels int) {
	a := call(t, "Haar", x, levels)
	f := func(wrong string) []float64 { return haar(x, levels, wrong) }
	judge(t, "Haar", a.Floats(0), f(""), variants(f, "haar-half", "haar-sign", "fine-first", "interleaved", "packet"))
}

func checkInverse(t *grading.T, c []float64, levels int) {
	a := call(t, "InverseHaar", c, levels)
	f := func(wrong string) []float64 { return unhaar(c, levels, wrong) }
	judge(t, "InverseHaar", a.Floats(0), f(""), variants(f, "haar-half", "haar-sign", "inverse-order"))
}

func checkMean(t *grading.T, train [][]float64, labels []int, test [][]float64) {
	a := call(t, "NearestMean", train, labels, test)
	var got []float64
	for _, k := range a.Ints(0) {
		got = append(got, float64(k))
	}
	f := func(wrong string) []float64 { return nearest(train, labels, test, wrong) }
	kit.Judge(t, mistakes, "NearestMean", got, f(""), slices.Equal, variants(f, "not-scaled", "total-spread", "zero-spread", "city-block", "nearest-example", "last-of-equals"))
}

// ---- random problems

// lengths are even and odd, primes and powers of two. Short ones come last: on them different mistakes give the same numbers.
var lengths = []int{8, 5, 7, 12, 15, 16, 33, 4, 3, 2, 1}

func dftRandom(t *grading.T) {
	for _, n := range lengths {
		x := kit.Normal(t.Rand, n)
		a := call(t, "DFT", x)
		if re, im := a.Floats(0), a.Floats(1); len(re) == n && len(im) == n {
			// Parseval: Σ|X|² = nΣx²; a failure below names the numbers.
			if p, want := kit.Dot(re, re)+kit.Dot(im, im), float64(n)*kit.Dot(x, x); math.Abs(p-want) > tol*want {
				checkDFT(t, x)
				kit.Fail(t, "DFT", p, want, "Σ|X|² is not nΣx²", "")
			}
		}
		checkDFT(t, x)
	}
	checkDFT(t, make([]float64, 6))
	checkDFT(t, kit.Scale(kit.Normal(t.Rand, 6), 1e90))
}

func amplitudesRandom(t *grading.T) {
	for _, n := range lengths {
		x := kit.Normal(t.Rand, n)
		checkAmplitudes(t, x)
		// What a designed feature promises: a circular shift changes no amplitude.
		shift := t.Rand.IntN(n)
		y := slices.Concat(x[shift:], x[:shift])
		if a, b := t.CallOK("Amplitudes", x).Floats(0), t.CallOK("Amplitudes", y).Floats(0); !same(a, b) {
			kit.Fail(t, fmt.Sprintf("Amplitudes after a shift by %d", shift), b, a, "a shift changed the amplitudes", "")
		}
	}
	for n := 9; n < 13; n++ { // one known wave
		x, k := make([]float64, n), 1+t.Rand.IntN(n/2)
		for j := range x {
			x[j] = 2 + math.Cos(2*math.Pi*float64(j*k%n)/float64(n))
		}
		checkAmplitudes(t, x)
	}
}

// distinct is a signal whose waves have energies that differ by 10 % at least, whichever way they are counted.
func distinct(r *rand.Rand, n int) []float64 {
	for {
		x := kit.Normal(r, n)
		ok := true
		for _, wrong := range []string{"", "half-energy"} {
			c, e := dft(x), []float64(nil)
			for i := range n/2 + 1 {
				v := 2 * real(c[i]*cmplx.Conj(c[i]))
				if alone(i, n, "") || wrong != "" {
					v /= 2
				}
				e = append(e, v)
			}
			slices.Sort(e)
			for i := 1; i < len(e); i++ {
				ok = ok && e[i] > 1.001*e[i-1]
			}
		}
		if ok {
			return x
		}
	}
}

func keepRandom(t *grading.T) {
	for _, n := range []int{8, 5, 9, 16, 21, 3, 2, 1} {
		for range 2 {
			x := distinct(t.Rand, n)
			for k := range n/2 + 2 {
				if n < 9 || k%3 == 1 || k > n/2 {
					checkKeep(t, x, k)
				}
			}
		}
	}
	// The strongest wave is its own mirror, but one with two coefficients has more energy: 4.5² = 20.25 against 2·3.3² = 21.78.
	x := make([]float64, 8)
	for j := range x {
		x[j] = 4.5/8 + 2*3.3/8*math.Cos(2*math.Pi*float64(j*3%8)/8)
	}
	checkKeep(t, x, 1)
	// A mean that is nearly nothing is dropped, and one that is nearly all is kept.
	checkKeep(t, []float64{1, -1, 2, -2.1, 0.3}, 2)
	checkKeep(t, []float64{101, 99, 102, 98, 100.3}, 1)
	for _, k := range []int{0, 2} {
		a := t.Call("KeepLargest", make([]float64, 4), k)
		if a.Failed() || !slices.Equal(a.Floats(0), make([]float64, 4)) || a.Float(1) != 1 {
			kit.Fail(t, fmt.Sprintf("KeepLargest of zeros, k = %d", k), a.String(), "zeros, and the share 1", "a signal without energy", "zero-share")
		}
	}
}

func haarRandom(t *grading.T) {
	for levels := range 5 {
		for _, odd := range []int{1, 3} {
			x := kit.Normal(t.Rand, odd<<levels)
			a := call(t, "Haar", x, levels)
			if e, want := kit.Dot(a.Floats(0), a.Floats(0)), kit.Dot(x, x); math.Abs(e-want) > tol*want {
				checkHaar(t, x, levels)
				kit.Fail(t, "Haar", e, want, "Σc² is not Σx²", "")
			}
			checkHaar(t, x, levels)
			checkInverse(t, x, levels)
			back := call(t, "InverseHaar", haar(x, levels, ""), levels)
			judge(t, "InverseHaar of the transform", back.Floats(0), x, nil)
		}
	}
	checkHaar(t, kit.Normal(t.Rand, 24), 1) // fewer levels than there could be
	checkInverse(t, kit.Normal(t.Rand, 24), 2)
}

// clouds draws classes whose features have units from 10⁻³ to 10³, and test rows between them.
func clouds(r *rand.Rand, classes, d, each int) (train [][]float64, labels []int, test [][]float64) {
	unit := make([]float64, d)
	for j := range unit {
		unit[j] = math.Pow(10, 6*r.Float64()-3)
	}
	centre := make([][]float64, classes)
	for k := range centre {
		centre[k] = kit.Gaussian(r, d, 2)
	}
	row := func(k int) []float64 {
		x := kit.Add(centre[k], 1, kit.Normal(r, d))
		for j := range x {
			x[j] *= unit[j]
		}
		return x
	}
	for i := range classes * each {
		train, labels = append(train, row(i%classes)), append(labels, i%classes)
	}
	r.Shuffle(len(train), func(i, j int) {
		train[i], train[j], labels[i], labels[j] = train[j], train[i], labels[j], labels[i]
	})
	for i := range 20 {
		test = append(test, row(i%classes))
	}
	return train, labels, test
}

func meanRandom(t *grading.T) {
	// A wide class, whose mean is near and whose examples are far.
	checkMean(t, [][]float64{{0}, {10}, {4}, {4.2}}, []int{0, 0, 1, 1}, [][]float64{{9.5}, {4.7}})
	// A feature that separates well, and so has a great deviation round the common mean.
	checkMean(t, [][]float64{{0, 0}, {0.2, 3}, {10, 1}, {10.2, 4}}, []int{0, 0, 1, 1}, [][]float64{{6, -3}, {4, 8}, {4.9, 9}, {5.3, -9}})
	// Deviations of 1, and the squared distances 9 and 8, the sums of sizes 3 and 4.
	checkMean(t, [][]float64{{-1, -1}, {1, 1}, {0, 1}, {2, 3}}, []int{0, 0, 1, 1}, [][]float64{{3, 0}})
	// The second feature never varies.
	checkMean(t, [][]float64{{0, 5}, {1, 5}, {4, 5}, {5, 5}}, []int{0, 0, 1, 1}, [][]float64{{1, 5}, {4, 5}, {3.5, 5}})
	// Halfway between two means.
	checkMean(t, [][]float64{{-1}, {1}, {3}, {5}}, []int{0, 0, 1, 1}, [][]float64{{2}})
	checkMean(t, [][]float64{{3, 4}}, []int{0}, [][]float64{{1, 1}, {3, 4}})                 // one example
	checkMean(t, [][]float64{{5}, {1}, {3}}, []int{2, 0, 1}, [][]float64{{0}, {2.9}, {4.5}}) // one each
	checkMean(t, [][]float64{{1, 2}, {3, 5}, {9, 9}}, []int{0, 0, 1}, nil)                   // nothing to classify
	for i := range 6 {
		train, labels, test := clouds(t.Rand, 2+i%3, 1+i%4, 4+i)
		checkMean(t, train, labels, test)
	}
}

func refuses(t *grading.T) {
	x := []float64{1, 2, 4, 3}
	rows, labels := [][]float64{{1, 2}, {3, 5}}, []int{0, 1}
	call(t, "DFT", x)
	call(t, "Amplitudes", x)
	call(t, "KeepLargest", x, 0)
	call(t, "KeepLargest", x, 3)
	call(t, "Haar", []float64{3, 1, 2}, 0)
	call(t, "InverseHaar", x, 2)
	call(t, "NearestMean", rows, labels, rows)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		y := []float64{1, 2, 3, bad}
		kit.Refuses(t, "x not finite", "nan-passes", "DFT", y)
		kit.Refuses(t, "x not finite", "nan-passes", "Amplitudes", y)
		kit.Refuses(t, "x not finite", "nan-passes", "KeepLargest", y, 1)
		kit.Refuses(t, "x not finite", "nan-passes", "Haar", y, 1)
		kit.Refuses(t, "c not finite", "nan-passes", "InverseHaar", y, 0)
		kit.Refuses(t, "a training row not finite", "nan-passes", "NearestMean", [][]float64{{1, 2}, {3, bad}}, labels, rows)
		kit.Refuses(t, "a test row not finite", "nan-passes", "NearestMean", rows, labels, [][]float64{{1, 2}, {bad, 2}})
	}
	for _, fn := range []string{"DFT", "Amplitudes"} {
		kit.Refuses(t, "no samples", "arguments-pass", fn, []float64{})
	}
	for _, fn := range []string{"KeepLargest", "Haar", "InverseHaar"} {
		kit.Refuses(t, "no samples", "arguments-pass", fn, []float64{}, 0)
		kit.Refuses(t, "−1", "arguments-pass", fn, x, -1)
	}
	kit.Refuses(t, "more waves than there are", "arguments-pass", "KeepLargest", x, 4)
	kit.Refuses(t, "more waves than there are", "arguments-pass", "KeepLargest", []float64{1, 2, 4}, 3)
	for _, fn := range []string{"Haar", "InverseHaar"} {
		kit.Refuses(t, "3 levels of 4 numbers", "arguments-pass", fn, x, 3)
		kit.Refuses(t, "2 levels of 6 numbers", "arguments-pass", fn, []float64{1, 2, 3, 4, 5, 6}, 2)
		kit.Refuses(t, "64 levels", "arguments-pass", fn, x, 64)
	}
	kit.Refuses(t, "no training row", "arguments-pass", "NearestMean", [][]float64{}, []int{}, rows)
	kit.Refuses(t, "a label too few", "arguments-pass", "NearestMean", rows, []int{0}, rows)
	kit.Refuses(t, "a ragged training row", "arguments-pass", "NearestMean", [][]float64{{1, 2}, {3}}, labels, rows)
	kit.Refuses(t, "empty rows", "arguments-pass", "NearestMean", [][]float64{{}, {}}, labels, [][]float64{{}})
	kit.Refuses(t, "a test row too long", "arguments-pass", "NearestMean", rows, labels, [][]float64{{1, 2, 3}})
	kit.Refuses(t, "a negative label", "arguments-pass", "NearestMean", rows, []int{0, -1}, rows)
	kit.Refuses(t, "class 1 without a row", "arguments-pass", "NearestMean", rows, []int{0, 2}, rows)
	kit.Refuses(t, "a label of 10⁹", "arguments-pass", "NearestMean", rows, []int{0, 1e9}, rows)
}

// ### END HIDDEN TESTS
