// ### BEGIN HIDDEN TESTS

package melspectrogram

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number of a result. A sum of at most some hundred products rounds to 10⁻¹³ of its largest; where the
// power is small beside the frame's, it is compared with the largest power all the same. Decibels of a power that is 10⁻⁶ of the largest
// are off by 10⁻⁷ at most.
const tol = 1e-8

var mistakes = []grading.Mistake{
	{ID: "natural-log", Cause: "HTK's scale has ln where log₁₀ belongs", Hint: "2595 belongs to log₁₀; with ln the factor is 1127"},
	{ID: "no-one", Cause: "the 1 inside HTK's logarithm is missing", Hint: "log₁₀(1 + f/700): 0 Hz are 0 mel"},
	{ID: "no-minus-one", Cause: "the −1 of the inverse is missing", Hint: "f = 700(10^(m/2595) − 1)"},
	{ID: "scales-swapped", Cause: "HTK and Slaney are swapped", Hint: "slaney = false is 2595 log₁₀(1 + f/700)"},
	{ID: "linear-everywhere", Cause: "Slaney's scale is linear above 1000 Hz too", Hint: "from 1000 Hz (15 mel) on it is logarithmic"},
	{ID: "log-everywhere", Cause: "Slaney's scale is logarithmic below 1000 Hz too", Hint: "below 1000 Hz (15 mel) it is 3f/200"},
	{ID: "edges-in-hz", Cause: "the edges are at equal distances in Hz", Hint: "equal steps on the scale, and each back to Hz"},
	{ID: "edges-missing", Cause: "a band too many or too few between low and high", Hint: "bands + 2 edges, so bands + 1 steps, low and high included"},
	{ID: "triangle-in-mel", Cause: "the triangles' sides are straight on the Mel axis", Hint: "(f − l)/(c − l) with all three in Hz"},
	{ID: "rounded-edges", Cause: "the edges are rounded to frequencies of the transform", Hint: "take the edges as they are, at the frequencies k·rate/window"},
	{ID: "area-ignored", Cause: "area is not looked at", Hint: "times 2/(r − l) if area is set"},
	{ID: "area-factor", Cause: "the factor of area is not 2/(r − l)", Hint: "a triangle of height 1 has the area (r − l)/2, l and r the outer edges"},
	{ID: "symmetric-window", Cause: "Hann's window is the symmetric one", Hint: "cos(2πn/N), not cos(2πn/(N − 1))"},
	{ID: "no-window", Cause: "there is no window", Hint: "w[n] = ½(1 − cos 2πn/N) times the frame"},
	{ID: "hamming", Cause: "the window is Hamming's", Hint: "½ and ½, not 0.54 and 0.46"},
	{ID: "magnitude", Cause: "the result is |X|, not |X|²", Hint: "re² + im², without a root"},
	{ID: "scaled", Cause: "the power is divided by N", Hint: "no factor"},
	{ID: "doubled", Cause: "frequencies between 0 and N/2 are doubled", Hint: "no factor"},
	{ID: "partial-frame", Cause: "the end of x is filled up to a frame", Hint: "whole frames only: 1 + (n − N)/H, rounded down"},
	{ID: "frame-lost", Cause: "the last whole frame is missing", Hint: "1 + (n − N)/H, rounded down"},
	{ID: "overlap-for-hop", Cause: "frames are N − H apart", Hint: "frame t begins at sample tH"},
	{ID: "twenty", Cause: "20 log₁₀ of a power", Hint: "10 log₁₀ of a power, which is 20 log₁₀ of a magnitude"},
	{ID: "natural-decibels", Cause: "decibels with ln", Hint: "10 log₁₀"},
	{ID: "floor-added", Cause: "the floor is added", Hint: "max(power, floor)"},
	{ID: "floor-first", Cause: "the floor is applied before the filters", Hint: "filters first, then max(…, floor)"},
	{ID: "log-first", Cause: "decibels are taken before the filters", Hint: "filters act on the power; one logarithm at the end"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "multiply a copy of the frame by the window"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; conditions that NaN fails"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "an empty slice of frequencies, filters that hold no frequency, windows of 2 and hops longer than the window are good"},
}

// convert is the reference of Mel and Hertz for one number, with a mistake.
func convert(fn string, v float64, slaney bool, wrong string) float64 {
	if wrong == "scales-swapped" {
		slaney = !slaney
	}
	linear := v < 1000
	if fn == "Hertz" {
		linear = v < 15
	}
	linear = linear && wrong != "log-everywhere" || wrong == "linear-everywhere"
	switch {
	case fn == "Mel" && !slaney:
		one := 1.0
		if wrong == "no-one" {
			one = 0
		}
		if wrong == "natural-log" {
			return 2595 * math.Log(one+v/700)
		}
		return 2595 * math.Log10(one+v/700)
	case fn == "Mel" && linear:
		return 3 * v / 200
	case fn == "Mel":
		return 15 + 27*math.Log(v/1000)/math.Log(6.4)
	case !slaney:
		one := 1.0
		if wrong == "no-minus-one" {
			one = 0
		}
		if wrong == "natural-log" {
			return 700 * (math.Exp(v/2595) - one)
		}
		return 700 * (math.Pow(10, v/2595) - one)
	case linear:
		return 200 * v / 3
	}
	return 1000 * math.Exp((v-15)*math.Log(6.4)/27)
}

// bank is the arguments of Filters.
type bank struct {
	bands, window   int
	rate, low, high float64
	slaney, area    bool
}

func (b bank) args() []any {
	return []any{b.bands, b.window, b.rate, b.low, b.high, b.slaney, b.area}
}

// solve is the reference of Filters, with a mistake.
func (b bank) solve(wrong string) [][]float64 {
	mel := func(v float64) float64 { return convert("Mel", v, b.slaney, wrong) }
	hertz := func(v float64) float64 { return convert("Hertz", v, b.slaney, wrong) }
	if wrong == "edges-in-hz" {
		mel = func(v float64) float64 { return v }
		hertz = mel
	}
	steps := float64(b.bands + 1)
	if wrong == "edges-missing" {
		steps = float64(b.bands + 2)
	}
	edge := make([]float64, b.bands+2)
	bin := b.rate / float64(b.window)
	for i := range edge {
		edge[i] = hertz(mel(b.low) + (mel(b.high)-mel(b.low))*float64(i)/steps)
		if wrong == "rounded-edges" {
			edge[i] = math.Round(edge[i]/bin) * bin
		}
	}
	h := make([][]float64, b.bands)
	for i := range h {
		h[i] = make([]float64, b.window/2+1)
		l, c, r := edge[i], edge[i+1], edge[i+2]
		size := 1.0
		if b.area && wrong != "area-ignored" {
			size = 2 / (r - l)
			if wrong == "area-factor" {
				size = 1 / (r - l)
			}
		}
		for k := range h[i] {
			f := float64(k) * bin
			up, down := (f-l)/(c-l), (r-f)/(r-c)
			if wrong == "triangle-in-mel" {
				up, down = (mel(f)-mel(l))/(mel(c)-mel(l)), (mel(r)-mel(f))/(mel(r)-mel(c))
			}
			if wrong == "rounded-edges" && l == c && f <= c {
				up = 0
			}
			if v := size * min(up, down); v > 0 {
				h[i][k] = v
			}
		}
	}
	return h
}

// spectrum is the reference of Power, with a mistake.
func spectrum(x []float64, window, hop int, wrong string) [][]float64 {
	frames := 1 + (len(x)-window)/hop
	step := hop
	switch wrong {
	case "partial-frame":
		if (len(x)-window)%hop != 0 {
			frames++
		}
	case "frame-lost":
		frames = (len(x) - window) / hop
	case "overlap-for-hop":
		step = window - hop
		if step < 1 {
			return nil
		}
		frames = 1 + (len(x)-window)/step
	}
	cos, sin, w := make([]float64, window), make([]float64, window), make([]float64, window)
	for n := range cos {
		cos[n], sin[n] = math.Cos(2*math.Pi*float64(n)/float64(window)), math.Sin(2*math.Pi*float64(n)/float64(window))
		switch wrong {
		case "symmetric-window":
			w[n] = (1 - math.Cos(2*math.Pi*float64(n)/float64(window-1))) / 2
		case "no-window":
			w[n] = 1
		case "hamming":
			w[n] = 0.54 - 0.46*cos[n]
		default:
			w[n] = (1 - cos[n]) / 2
		}
	}
	out := make([][]float64, frames)
	for t := range out {
		out[t] = make([]float64, window/2+1)
		for k := range out[t] {
			re, im := 0.0, 0.0
			for n := range w {
				if at := t*step + n; at < len(x) {
					re += w[n] * x[at] * cos[k*n%window]
					im += w[n] * x[at] * sin[k*n%window]
				}
			}
			p := re*re + im*im
			switch {
			case wrong == "magnitude":
				p = math.Sqrt(p)
			case wrong == "scaled":
				p /= float64(window)
			case wrong == "doubled" && k > 0 && k < window/2:
				p *= 2
			}
			out[t][k] = p
		}
	}
	return out
}

// decibels is the reference of LogMel, with a mistake.
func decibels(x []float64, h [][]float64, window, hop int, floor float64, wrong string) [][]float64 {
	p := spectrum(x, window, hop, wrong)
	out := make([][]float64, len(p))
	for t := range p {
		out[t] = make([]float64, len(h))
		for b := range h {
			sum := 0.0
			for k, v := range p[t] {
				switch wrong {
				case "floor-first":
					v = max(v, floor)
				case "log-first":
					v = 10 * math.Log10(max(v, floor))
				}
				sum += h[b][k] * v
			}
			switch wrong {
			case "log-first":
				out[t][b] = sum
			case "twenty":
				out[t][b] = 20 * math.Log10(max(sum, floor))
			case "natural-decibels":
				out[t][b] = 10 * math.Log(max(sum, floor))
			case "floor-added":
				out[t][b] = 10 * math.Log10(sum+floor)
			case "floor-first":
				out[t][b] = 10 * math.Log10(sum)
			default:
				out[t][b] = 10 * math.Log10(max(sum, floor))
			}
		}
	}
	return out
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares a matrix with what solve gives. Shapes are compared first, so that numbers in another order of rows do not pass.
func judge(t *grading.T, what string, got [][]float64, solve func(wrong string) [][]float64) {
	want := solve("")
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = slices.Concat(solve(m.ID)...)
	}
	kit.Judge(t, mistakes, what, slices.Concat(got...), slices.Concat(want...), near, would)
	if !slices.EqualFunc(got, want, func(a, b []float64) bool { return len(a) == len(b) }) {
		kit.Fail(t, what, got, want, fmt.Sprintf("%d rows, want %d", len(got), len(want)), "")
	}
}

func checkScale(t *grading.T, fn string, v []float64, slaney bool) {
	a := kit.Accepted(t, fn, fn, v, slaney)
	judge(t, fn, [][]float64{a.Floats(0)}, func(wrong string) [][]float64 {
		out := make([]float64, len(v))
		for i := range v {
			out[i] = convert(fn, v[i], slaney, wrong)
		}
		return [][]float64{out}
	})
}

func checkFilters(t *grading.T, b bank) {
	judge(t, "Filters", kit.Accepted(t, "Filters", "Filters", b.args()...).Matrix(0), b.solve)
}

func checkPower(t *grading.T, x []float64, window, hop int) {
	a := kit.Untouched(t, "changes-arguments", "Power", x, window, hop)
	judge(t, "Power", a.Matrix(0), func(wrong string) [][]float64 { return spectrum(x, window, hop, wrong) })
}

func checkLogMel(t *grading.T, x []float64, h [][]float64, window, hop int, floor float64) {
	a := kit.Untouched(t, "changes-arguments", "LogMel", x, h, window, hop, floor)
	judge(t, "LogMel", a.Matrix(0), func(wrong string) [][]float64 { return decibels(x, h, window, hop, floor, wrong) })
}

func scales(t *grading.T) {
	for _, fn := range []string{"Mel", "Hertz"} {
		for _, slaney := range []bool{false, true} {
			most := 8000.0
			if fn == "Hertz" {
				most = convert("Mel", most, slaney, "")
			}
			for range 3 {
				v := make([]float64, 1+t.Rand.IntN(6))
				for i := range v {
					v[i] = most * t.Rand.Float64() * t.Rand.Float64()
				}
				v[0] = most * (0.4 + 0.6*t.Rand.Float64())
				checkScale(t, fn, v, slaney)
			}
			// the place where Slaney's two parts meet, both sides of it, and the first frequency
			checkScale(t, fn, []float64{0}, slaney)
			checkScale(t, fn, []float64{999, 1000, 1001, 14.9, 15, 15.1, 0}, slaney)
			checkScale(t, fn, []float64{}, slaney)
		}
	}
	checkScale(t, "Mel", []float64{1e6, 1e-3, 22050}, false)
	checkScale(t, "Mel", []float64{1e6, 1e-3, 22050}, true)
}

func filters(t *grading.T) {
	for _, slaney := range []bool{false, true} {
		for _, area := range []bool{false, true} {
			for range 2 {
				rate := 4000 + math.Floor(12000*t.Rand.Float64())
				checkFilters(t, bank{1 + t.Rand.IntN(8), 2 * (20 + t.Rand.IntN(40)), rate, 200 * t.Rand.Float64(), rate * (0.3 + 0.2*t.Rand.Float64()), slaney, area})
			}
			checkFilters(t, bank{6, 64, 8000, 0, 4000, slaney, area})
			checkFilters(t, bank{20, 16, 8000, 0, 4000, slaney, area}) // some rows hold no frequency
		}
	}
	checkFilters(t, bank{1, 4, 2, 0, 0.9, false, false})
	checkFilters(t, bank{3, 12, 0.5, 0.01, 0.24, true, true})
}

func power(t *grading.T) {
	r := t.Rand
	for range 4 {
		window := 2 * (3 + r.IntN(12))
		hop := 2 + r.IntN(window-2)
		checkPower(t, kit.Normal(r, window+hop*(1+r.IntN(4))+r.IntN(hop)), window, hop)
	}
	checkPower(t, kit.Normal(r, 31), 8, 3)            // 7 frames and 5 samples
	checkPower(t, kit.Normal(r, 12), 12, 5)           // one frame
	checkPower(t, kit.Normal(r, 40), 6, 11)           // gaps between frames
	checkPower(t, kit.Normal(r, 9), 2, 2)             // the shortest window
	checkPower(t, kit.Gaussian(r, 30, 1e100), 10, 5)  // loud
	checkPower(t, kit.Gaussian(r, 30, 1e-100), 10, 5) // soft
	checkPower(t, kit.Normal(r, 700), 256, 100)       //
	a := kit.Accepted(t, "silence", "Power", make([]float64, 20), 8, 4)
	for _, row := range a.Matrix(0) {
		for _, v := range row {
			if v != 0 {
				kit.Fail(t, "Power of silence", v, 0.0, "silence has a power", "")
			}
		}
	}
}

func logMel(t *grading.T) {
	r := t.Rand
	for i := range 4 {
		window := 2 * (6 + r.IntN(12))
		h := bank{2 + r.IntN(5), window, 8000, 0, 4000, i%2 == 0, false}.solve("")
		x := kit.Normal(r, 4*window+r.IntN(window))
		checkLogMel(t, x, h, window, 1+window/3, 1e-4)
		// a floor amid the powers, and filters that are no triangles
		for b := range h {
			for k := range h[b] {
				h[b][k] = r.Float64()
			}
		}
		checkLogMel(t, x, h, window, 1+window/3, 0.2*float64(window*window))
	}
	// sound, then silence: the floor
	x := append(kit.Normal(r, 32), make([]float64, 32)...)
	checkLogMel(t, x, bank{3, 16, 8000, 0, 4000, true, true}.solve(""), 16, 8, 1e-3)
	// a filter that holds no frequency
	checkLogMel(t, x, [][]float64{{0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}}, 8, 8, 1e-2)
}

func refuses(t *grading.T) {
	r := t.Rand
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1)}
	for _, fn := range []string{"Mel", "Hertz"} {
		kit.Untouched(t, "changes-arguments", fn, []float64{3, 1, 2}, true)
		for _, slaney := range []bool{false, true} {
			for _, v := range bad {
				kit.Refuses(t, fmt.Sprint(v), "nan-passes", fn, []float64{100, v}, slaney)
			}
			kit.Refuses(t, "a negative number", "arguments-pass", fn, []float64{100, -1e-3}, slaney)
		}
	}
	bank0 := bank{4, 32, 8000, 100, 3000, false, false}
	bads := map[string]func(b *bank){
		"no band":                               func(b *bank) { b.bands = 0 },
		"an odd window":                         func(b *bank) { b.window = 31 },
		"a window of 0":                         func(b *bank) { b.window = 0 },
		"low = −1":                              func(b *bank) { b.low = -1 },
		"low = high":                            func(b *bank) { b.low = b.high },
		"high above half the rate":              func(b *bank) { b.high = 4000.5 },
		"a negative rate":                       func(b *bank) { b.rate = -8000 },
		"NaN as low":                            func(b *bank) { b.low = math.NaN() },
		"NaN as high":                           func(b *bank) { b.high = math.NaN() },
		"NaN as rate":                           func(b *bank) { b.rate = math.NaN() },
		"an infinite rate":                      func(b *bank) { b.rate = math.Inf(1) },
		"an infinite rate and an infinite high": func(b *bank) { b.rate, b.high = math.Inf(1), math.Inf(1) },
	}
	for _, what := range slices.Sorted(maps.Keys(bads)) {
		b := bank0
		bads[what](&b)
		kit.Refuses(t, what, "arguments-pass", "Filters", b.args()...)
	}
	for _, fn := range []string{"Power", "LogMel"} {
		h := [][]float64{{1, 2, 0, 1, 0}, {0, 0, 1, 1, 1}}
		try := func(what, mistake string, x []float64, window, hop int) {
			if fn == "Power" {
				kit.Refuses(t, what, mistake, fn, x, window, hop)
			} else {
				kit.Refuses(t, what, mistake, fn, x, h, window, hop, 1e-3)
			}
		}
		for _, v := range bad {
			x := kit.Normal(r, 20)
			x[r.IntN(16)] = v
			try(fmt.Sprintf("%v in x", v), "nan-passes", x, 8, 4)
		}
		x := kit.Normal(r, 20)
		try("a hop of 0", "arguments-pass", x, 8, 0)
		try("a sound shorter than a window", "arguments-pass", x[:7], 8, 4)
		try("no sample", "arguments-pass", []float64{}, 8, 4)
		if fn == "Power" {
			try("an odd window", "arguments-pass", x, 7, 4)
			try("a window of 0", "arguments-pass", x, 0, 4)
			try("a negative hop", "arguments-pass", x, 8, -1)
			continue
		}
		try("rows for another window", "arguments-pass", x, 10, 4)
		try("an odd window", "arguments-pass", x, 9, 4)
		kit.Refuses(t, "no filter", "arguments-pass", fn, x, [][]float64{}, 8, 4, 1e-3)
		kit.Refuses(t, "a short row", "arguments-pass", fn, x, [][]float64{h[0], h[1][:4]}, 8, 4, 1e-3)
		kit.Refuses(t, "a negative weight", "arguments-pass", fn, x, [][]float64{{1, 0, -1, 0, 0}}, 8, 4, 1e-3)
		for _, v := range bad[:2] {
			kit.Refuses(t, fmt.Sprintf("%v in a filter", v), "nan-passes", fn, x, [][]float64{{1, 0, v, 0, 0}}, 8, 4, 1e-3)
		}
		for _, floor := range []float64{0, -1, math.NaN(), math.Inf(1)} {
			kit.Refuses(t, fmt.Sprintf("the floor %v", floor), "arguments-pass", fn, x, h, 8, 4, floor)
		}
	}
}

// ### END HIDDEN TESTS
