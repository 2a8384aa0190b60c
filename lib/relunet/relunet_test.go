package relunet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

var ctx = context.Background()

// network makes one of the given widths, inputs first, whose numbers come from draw.
func network(draw func() float64, widths ...int) Net {
	var n Net
	for i, w := range widths[1:] {
		l := Layer{}
		for range w {
			row := make([]float64, widths[i])
			for k := range row {
				row[k] = draw()
			}
			l.W, l.B = append(l.W, row), append(l.B, draw())
		}
		n = append(n, l)
	}
	return n
}

// draws are kinds of weights, from generic to nasty.
func draws(rng *rand.Rand) map[string]func() float64 {
	return map[string]func() float64{
		"normal":   rng.NormFloat64,
		"integers": func() float64 { return float64(rng.IntN(5) - 2) }, // parallel, coincident, concurrent, dead
		"signs":    func() float64 { return float64(rng.IntN(3) - 1) },
		"tenths":   func() float64 { return float64(rng.IntN(7)-3) / 10 }, // nearly degenerate, by rounding
		"nearly":   func() float64 { return float64(rng.IntN(3)-1) + float64(rng.IntN(3)-1)*0x1p-52 },
		"wild":     func() float64 { return rng.NormFloat64() * math.Pow(10, float64(rng.IntN(241)-120)) }, // overflows and underflows
		"negative": func() float64 { return -math.Abs(rng.NormFloat64()) },                                 // many dead units
		"bits":     func() float64 { return math.Ldexp(float64(rng.IntN(3)-1), rng.IntN(120)-60) },
		"tiny":     func() float64 { return math.Ldexp(float64(rng.IntN(5)-2), -1073+rng.IntN(3)) }, // subnormal
	}
}

var boxes = []Box{Square(2), Plane, {0, 1, math.Inf(-1), math.Inf(1)}, {-0.5, math.Inf(1), -1, 3}}

func patterns(r *Regions) []string {
	var out []string
	for _, reg := range r.List {
		out = append(out, reg.Pattern.String())
	}
	slices.Sort(out)
	return out
}

// sound has all filtered signs checked against integers.
func sound(t *testing.T, settled *int) func(s bounded, exact int8) {
	return func(s bounded, exact int8) {
		switch {
		case s.v > s.e:
			if *settled++; exact != 1 {
				t.Fatalf("%v ± %v was taken for positive; it is %d", s.v, s.e, exact)
			}
		case -s.v > s.e:
			if *settled++; exact != -1 {
				t.Fatalf("%v ± %v was taken for negative; it is %d", s.v, s.e, exact)
			}
		case s.v == 0 && s.e == 0:
			if *settled++; exact != 0 {
				t.Fatalf("was taken for 0; it is %d", exact)
			}
		}
	}
}

// Regions, their patterns, their neighbours and the linear pieces are those of the brute-force search.
func TestBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	shapes := [][]int{{2, 1, 1}, {2, 3, 1}, {2, 5, 2}, {2, 7, 1}, {2, 2, 2, 1}, {2, 3, 3, 1}, {2, 4, 3, 2}, {2, 2, 3, 2, 1}, {2, 1, 2, 1, 2, 1}, {2, 1}}
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	nets, settled, merged := 0, 0, 0
	kinds := draws(rng)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		draw := kinds[kind]
		for _, shape := range shapes {
			for range rounds {
				n := network(draw, shape...)
				box := boxes[nets%len(boxes)]
				nets++
				r, err := Enumerate(ctx, n, box, Options{check: sound(t, &settled)})
				if err != nil {
					t.Fatal(err)
				}
				want := brute(n, box)
				names := make([]string, len(want))
				for i, w := range want {
					names[i] = w.String()
				}
				slices.Sort(names)
				if got := patterns(r); !slices.Equal(got, names) {
					t.Fatalf("%s weights, %v, box %v:\n%v\n%d regions %v\nby brute force %d: %v", kind, shape, box, n, r.N, got, len(names), names)
				}
				pieces, pairs := brutePieces(want, box)
				if _, p := r.Pieces(); p != pieces {
					t.Fatalf("%s weights, %v, box %v:\n%v\n%d linear pieces, by brute force %d", kind, shape, box, n, p, pieces)
				}
				if b := r.Borders(); len(b) != pairs {
					t.Fatalf("%s weights, %v, box %v:\n%v\n%d borders, by brute force %d", kind, shape, box, n, len(b), pairs)
				}
				if pieces < len(want) {
					merged++
				}
			}
		}
	}
	if settled < 1000 || merged < 20 {
		t.Errorf("of %d nets, %d signs were settled by float64 and %d had pieces of several regions: too few to say anything", nets, settled, merged)
	}
	t.Logf("%d nets; %d signs settled by float64, all as in integers; pieces of several regions in %d", nets, settled, merged)
}

// The filter's signs are right in nets of a size that brute force cannot do.
func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	kinds := draws(rng)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		draw := kinds[kind]
		for _, shape := range [][]int{{2, 12, 1}, {2, 6, 6, 1}, {2, 5, 5, 5, 1}} {
			settled := 0
			n := network(draw, shape...)
			with, err := Enumerate(ctx, n, Square(1), Options{check: sound(t, &settled)})
			if err != nil {
				t.Fatal(err)
			}
			if len(patterns(with)) != with.N || settled == 0 && kind != "tiny" {
				t.Errorf("%s weights, %v: %d patterns of %d regions, %d signs settled", kind, shape, len(patterns(with)), with.N, settled)
			}
		}
	}
}

// Each bound holds: a number that is known within e, be it a coefficient, a coordinate or a value, leads to numbers that are known within their e.
func TestBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	exact := func(v bounded) *big.Rat { // a number within the bound, often at its end
		r := new(big.Rat).Mul(rat(v.e), rat([]float64{-1, 1, 0, rng.Float64()}[rng.IntN(4)]))
		return r.Add(r, rat(v.v))
	}
	within := func(what string, v bounded, want *big.Rat) {
		t.Helper()
		d := new(big.Rat).Sub(rat(v.v), want)
		if !math.IsInf(v.e, 0) && d.Abs(d).Cmp(rat(v.e)) > 0 {
			t.Fatalf("%s: %v ± %v, truly %v", what, v.v, v.e, want.FloatString(40))
		}
	}
	mul := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
	hair := 0 // values that the bound cannot tell from 0
	for i := range 8000 {
		number := func() bounded {
			v := bounded{v: rng.NormFloat64()}
			switch i % 3 {
			case 1:
				v.e = math.Abs(v.v) * 0x1p-50
			case 2:
				v = bounded{v: float64(rng.IntN(3) - 1)}
			}
			return v
		}
		f, g, h := form{number(), number(), number()}, form{number(), number(), number()}, form{number(), number(), number()}
		if i%2 == 0 { // nearly parallel
			g.a.v, g.b.v = f.a.v*(1+0x1p-30*rng.NormFloat64()), f.b.v
		}
		var c corner
		c.x, c.y = meet(&f, &g)
		if math.IsInf(c.x.e, 0) || math.IsInf(c.y.e, 0) {
			continue
		}
		if i%5 > 0 { // passes close to the corner
			h.c.v = -(h.a.v*c.x.v + h.b.v*c.y.v)
		}
		var F, G, H ratForm
		for k, p := range [][3]bounded{{f.a, f.b, f.c}, {g.a, g.b, g.c}, {h.a, h.b, h.c}} {
			for m, v := range p {
				[]*ratForm{&F, &G, &H}[k][m] = exact(v)
			}
		}
		minor := func(i, j int) *big.Rat { return new(big.Rat).Sub(mul(F[i], G[j]), mul(F[j], G[i])) }
		if minor(0, 1).Sign() == 0 { // no corner
			continue
		}
		x, y := new(big.Rat).Quo(minor(1, 2), minor(0, 1)), new(big.Rat).Quo(minor(2, 0), minor(0, 1))
		within("x", c.x, x)
		within("y", c.y, y)
		v := h.value(&c)
		sum := new(big.Rat).Add(mul(H[0], x), mul(H[1], y))
		within("value", v, sum.Add(sum, H[2]))
		if math.Abs(v.v) <= v.e {
			hair++
		}
		// once more with the corner as a number of its own
		x, y = exact(c.x), exact(c.y)
		sum = new(big.Rat).Add(mul(H[0], x), mul(H[1], y))
		within("value at a corner", v, sum.Add(sum, H[2]))
	}
	if hair < 500 {
		t.Errorf("only %d values near 0", hair)
	}
}

// n lines in general position divide the plane into 1 + n + C(n, 2) regions.
func TestZaslavsky(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for n := 1; n <= 120; n += 1 + n/4 {
		net := network(rng.NormFloat64, 2, n, 1)
		got, err := Count(net, Plane)
		if want := 1 + n + n*(n-1)/2; err != nil || got != want || MostRegions(n, 2) != float64(want) {
			t.Errorf("%d random lines: %d regions (%v), formula %d, MostRegions %v", n, got, err, want, MostRegions(n, 2))
		}
	}
}

// Ten thousand regions in seconds, pieces and all.
func TestTenThousand(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	start := time.Now()
	r, err := Enumerate(ctx, network(rng.NormFloat64, 2, 141, 1), Plane, Options{})
	if err != nil || r.N != 1+141+141*140/2 {
		t.Fatalf("%d regions (%v)", r.N, err)
	}
	if _, n := r.Pieces(); n != r.N {
		t.Errorf("%d pieces of %d regions", n, r.N)
	}
	if b := len(r.Borders()); b != 141*141 { // each line is cut into 141 pieces by the others
		t.Errorf("%d borders, want %d", b, 141*141)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
}

// lines is a net of one hidden layer whose units are zero on ax + by + c = 0.
func lines(abc ...[3]float64) Net {
	var l, out Layer
	out.W, out.B = [][]float64{make([]float64, len(abc))}, []float64{0}
	for j, f := range abc {
		l.W, l.B = append(l.W, []float64{f[0], f[1]}), append(l.B, f[2])
		out.W[0][j] = 1
	}
	return Net{l, out}
}

// In any arrangement the number of regions of the plane is 1 + lines + Σ (lines through p − 1) over its crossings p.
func TestArrangements(t *testing.T) {
	grid := func(n int) (f [][3]float64) {
		for i := range n {
			f = append(f, [3]float64{1, 0, -float64(i)}, [3]float64{0, 1, -float64(i)})
		}
		return
	}
	pencil := func(n int, x, y float64) (f [][3]float64) {
		for i := range n {
			f = append(f, [3]float64{1, float64(i), -x - float64(i)*y})
		}
		return
	}
	var diagonals [][3]float64
	for i := -5; i <= 5; i++ {
		diagonals = append(diagonals, [3]float64{1, -1, float64(i)})
	}
	for _, c := range []struct {
		name string
		f    [][3]float64
		want int
	}{
		{"no line: a positive constant", [][3]float64{{0, 0, 1}}, 1},
		{"no line: zero", [][3]float64{{0, 0, 0}}, 1},
		{"one", [][3]float64{{1, 2, 3}}, 2},
		{"the same, scaled and turned", [][3]float64{{1, 2, 3}, {2, 4, 6}, {-1, -2, -3}, {0x1p-1000, 0x2p-1000, 0x3p-1000}}, 2},
		{"parallel", [][3]float64{{1, 2, 3}, {1, 2, 4}, {-2, -4, 5}}, 4},
		{"parallel at the distance of one unit in the last place", [][3]float64{{1, 1, 1}, {1, 1, 1 + 0x1p-52}}, 3},
		{"six by six grid", grid(6), 49},
		{"grid and its diagonals", append(grid(6), diagonals...), 1 + 23 + 2*36 + 60}, // 36 triple points, 60 simple crossings outside the grid
		{"pencil of 7", pencil(7, 3, -2), 14},
		{"pencil of 7 in a point without float64", [][3]float64{{3, 1, -1}, {1, 3, -1}, {4, 4, -2}, {2, -2, 0}, {7, 5, -3}}, 10},
		{"two pencils", append(pencil(4, 0, 0), pencil(4, 1, 1)...), 1 + 8 + 3 + 3 + 12},
		{"almost parallel: they cross near 10¹⁵", [][3]float64{{1, 1, 0}, {1, 1 + 0x1p-50, 1}}, 4},
	} {
		// two pencils: (1, i) in both are parallel, 4 pairs; 4·4 − 4 = 12 crossings of one with the other
		got, err := Count(lines(c.f...), Plane)
		if err != nil || got != c.want {
			t.Errorf("%s: %d regions (%v), want %d", c.name, got, err, c.want)
		}
	}
}

// Without biases all lines of the first layer pass through the origin, as after the usual initialisation: 2n cones.
func TestCones(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := network(rng.NormFloat64, 2, 40, 40, 1)
	clear(n[0].B)
	clear(n[1].B)
	r, err := Enumerate(ctx, n[:2], Square(1), Options{})
	if err != nil || r.N != 80 {
		t.Errorf("%d regions, want 80 (%v)", r.N, err)
	}
	if r, err = Enumerate(ctx, n, Square(1), Options{}); err != nil || r.N <= 80 || r.Stats.Exact > r.Stats.Predicates/50 {
		t.Errorf("two layers: %d regions, %+v (%v): the origin's zeros should be settled without integers", r.N, r.Stats, err)
	}
}

// What holds for every net: the polygons fill the box, are convex, lie on the right side, and the network is affine on them and continuous.
func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, shape := range [][]int{{2, 30, 2}, {2, 12, 12, 1}, {2, 8, 8, 8, 3}, {2, 16, 4, 16, 1}} {
		n := network(rng.NormFloat64, shape...)
		box := Box{-2, 1, -1, 3}
		r, err := Enumerate(ctx, n, box, Options{})
		if err != nil {
			t.Fatal(err)
		}
		area, perimeter := 0.0, 0.0
		seen := map[string]bool{}
		for i := range r.List {
			reg := &r.List[i]
			area += reg.Area()
			c := reg.Centre()
			if s := reg.Pattern.String(); seen[s] {
				t.Errorf("%v: pattern %s twice", shape, s)
			} else {
				seen[s] = true
			}
			if reg.Area() > 1e-9 {
				if got := n.Pattern(c[0], c[1]); got.Distance(reg.Pattern) != 0 {
					t.Errorf("%v: at its centre %v region %d has pattern %v, want %v", shape, c, i, got, reg.Pattern)
				}
			}
			for m, v := range r.Values(i, 0) {
				if y := n.Eval(reg.Vertices[m][0], reg.Vertices[m][1])[0]; math.Abs(v-y) > 1e-9*(1+math.Abs(y)) {
					t.Errorf("%v: region %d: value %v at corner %d, the network's is %v", shape, i, v, m, y)
				}
			}
			y := n.Eval(c[0], c[1])
			for k, f := range r.Map(i) {
				if math.Abs(f.At(c[0], c[1])-y[k]) > 1e-10*(1+math.Abs(y[k])) {
					t.Errorf("%v: region %d: output %d is %v, its affine map says %v", shape, i, k, y[k], f.At(c[0], c[1]))
				}
				e := r.ExactMap(i, k)
				for m, v := range []float64{f.A, f.B, f.C} {
					if x, _ := e[m].Float64(); math.Abs(x-v) > 1e-10*(1+math.Abs(x)) {
						t.Errorf("%v: region %d: coefficient %v, exactly %v", shape, i, v, x)
					}
				}
			}
			for k, p := range reg.Vertices {
				q := reg.Vertices[(k+1)%len(reg.Vertices)]
				perimeter += math.Hypot(q[0]-p[0], q[1]-p[1])
			}
		}
		if math.Abs(area-12) > 1e-9 {
			t.Errorf("%v: the areas add up to %v, the box has 12", shape, area)
		}
		inner := 0.0
		for _, b := range r.Borders() {
			inner += math.Hypot(b.To[0]-b.From[0], b.To[1]-b.From[1])
			f, h := r.Map(b.I), r.Map(b.J)
			for _, p := range [][2]float64{b.From, b.To} {
				for k := range f {
					if d := f[k].At(p[0], p[1]) - h[k].At(p[0], p[1]); math.Abs(d) > 1e-9*(1+math.Abs(f[k].C)) {
						t.Errorf("%v: a step of %v between regions %d and %d at %v", shape, d, b.I, b.J, p)
					}
				}
			}
			if p, q := r.List[b.I].Pattern, r.List[b.J].Pattern; p.Distance(q) != 1 {
				t.Errorf("%v: neighbours differ in %d units", shape, p.Distance(q))
			}
		}
		if math.Abs(perimeter-14-2*inner) > 1e-7 {
			t.Errorf("%v: perimeters add up to %v; the box has 14, and twice the borders is %v", shape, perimeter, 2*inner)
		}
		if limit := MostRegionsDeep(2, shape[1:len(shape)-1]...); float64(r.N) > limit {
			t.Errorf("%v: %d regions, at most %v are possible", shape, r.N, limit)
		}
	}
}

// Regions do not change when a unit is scaled by a positive number, units are permuted, or the inputs are mapped to each other.
func TestInvariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for range 20 {
		n := network(func() float64 { return float64(rng.IntN(9) - 4) }, 2, 6, 5, 1)
		want, err := Count(n, Plane)
		if err != nil {
			t.Fatal(err)
		}
		m := network(func() float64 { return 0 }, 2, 6, 5, 1)
		perm := rng.Perm(6)
		for j := range 6 {
			s := math.Ldexp(1, rng.IntN(200)-100)
			w := n[0].W[j]
			// x′ = x + y, y′ = y: a map of the plane onto itself
			m[0].W[perm[j]], m[0].B[perm[j]] = []float64{s * w[0], s * (w[1] - w[0])}, s*n[0].B[j]
			for i := range 5 {
				m[1].W[i][perm[j]] = n[1].W[i][j] / s
			}
		}
		m[1].B, m[2] = n[1].B, n[2]
		if got, err := Count(m, Plane); err != nil || got != want {
			t.Errorf("%d regions, transformed %d (%v)", want, got, err)
		}
	}
}

// tent is the net of depth k whose function on [0, 1] is the k-fold tent, with 2ᵏ teeth sides; both inputs are folded if both.
func tent(k, inputs int) Net {
	var n Net
	for i := range k {
		var l Layer
		for d := range inputs {
			for _, f := range [][2]float64{{1, 0}, {1, -0.5}} { // relu(x), relu(x − ½)
				row := make([]float64, inputs)
				if i > 0 { // x is 2a − 4b of the layer before
					row = make([]float64, 2*inputs)
					row[2*d], row[2*d+1] = 2, -4
				} else {
					row[d] = 1
				}
				l.W, l.B = append(l.W, row), append(l.B, f[1])
			}
		}
		n = append(n, l)
	}
	out := Layer{W: make([][]float64, 1), B: []float64{0}}
	for range inputs {
		out.W[0] = append(out.W[0], 2, -4)
	}
	return append(n, out)
}

func TestTent(t *testing.T) {
	for k := 1; k <= 9; k++ {
		s, err := OnLine(ctx, tent(k, 1), 0, 1)
		if err != nil || len(s) != 1<<k {
			t.Fatalf("depth %d: %d segments (%v), want %d", k, len(s), err, 1<<k)
		}
		for i, g := range s {
			up := 1 - 2*float64(i%2)
			if g.Hi != math.Ldexp(float64(i+1), -k) || g.Slope[0] != up*math.Ldexp(1, k) {
				t.Fatalf("depth %d: segment %d ends at %v with slope %v", k, i, g.Hi, g.Slope)
			}
		}
		if k <= 5 {
			n, err := Count(tent(k, 2), Box{0, 1, 0, 1})
			if err != nil || n != 1<<(2*k) {
				t.Errorf("depth %d, both inputs: %d regions (%v), want %d", k, n, err, 1<<(2*k))
			}
		}
	}
}

// sixReLU is the example of the lecture.
var sixReLU = Net{
	{W: [][]float64{{-5}, {-1.2}, {1.2}, {1.2}, {2}, {5}}, B: []float64{-7.7, -1.3, 1, -0.2, -1.1, -5}},
	{W: [][]float64{{-1, -1, -1, 1, 1, 1}}, B: []float64{0}},
}

func TestSixReLU(t *testing.T) {
	kinks, segments, err := Kinks(ctx, sixReLU, math.Inf(-1), math.Inf(1))
	if err != nil || len(segments) != 7 || len(kinks) != 6 {
		t.Fatalf("%d segments, %d kinks (%v)", len(segments), len(kinks), err)
	}
	x := []float64{-7.7 / 5, -1.3 / 1.2, -1 / 1.2, 0.2 / 1.2, 1.1 / 2, 1}
	slopes := []float64{6.2, 1.2, 0, -1.2, 0, 2, 7}
	for i, k := range kinks {
		if math.Abs(k.X-x[i]) > 1e-15 || math.Abs(k.Left[0]-slopes[i]) > 1e-15 || math.Abs(k.Right[0]-slopes[i+1]) > 1e-15 {
			t.Errorf("kink %d: %+v; want %v, slopes %v, %v", i, k, x[i], slopes[i], slopes[i+1])
		}
		if y := sixReLU.Eval(k.X); math.Abs(y[0]-k.Y[0]) > 1e-14 {
			t.Errorf("kink %d: Y = %v, the net says %v", i, k.Y, y)
		}
	}
	if segments[0].Lo != math.Inf(-1) || segments[6].Hi != math.Inf(1) {
		t.Errorf("ends %v and %v", segments[0].Lo, segments[6].Hi)
	}
}

// Kinks that cancel are borders of segments, and no kinks.
func TestKinks(t *testing.T) {
	for _, c := range []struct {
		name            string
		n               Net
		segments, kinks int
	}{
		{"two equal units, one subtracted", Net{{[][]float64{{1}, {1}}, []float64{0, 0}}, {[][]float64{{1, -1}}, []float64{3}}}, 2, 0},
		{"relu(x) − relu(−x) = x", Net{{[][]float64{{1}, {-1}}, []float64{0, 0}}, {[][]float64{{1, -1}}, []float64{0}}}, 2, 0},
		{"a unit without weight", Net{{[][]float64{{1}, {0}}, []float64{-1, 5}}, {[][]float64{{1, 1}}, []float64{0}}}, 2, 1},
		{"a unit that nobody hears", Net{{[][]float64{{1}, {2}}, []float64{-1, 5}}, {[][]float64{{1, 0}}, []float64{0}}}, 3, 1},
		{"0.1 + 0.2 is not 0.3", Net{{[][]float64{{1}, {1}}, []float64{-0.3, -(0.1 + 0.2 + 5e-17)}}, {[][]float64{{1, -1}}, []float64{0}}}, 3, 2},
		{"no hidden layer", Net{{[][]float64{{4}}, []float64{1}}}, 1, 0},
	} {
		kinks, segments, err := Kinks(ctx, c.n, math.Inf(-1), math.Inf(1))
		if err != nil || len(segments) != c.segments || len(kinks) != c.kinks {
			t.Errorf("%s: %d segments, %d kinks (%v); want %d, %d", c.name, len(segments), len(kinks), err, c.segments, c.kinks)
		}
	}
	// one hidden layer of random units: each has its own kink, where −b/w is, and the slope jumps by |w|v
	rng := rand.New(rand.NewPCG(4, 4))
	n := network(rng.NormFloat64, 1, 30, 1)
	kinks, _, err := Kinks(ctx, n, math.Inf(-1), math.Inf(1))
	if err != nil || len(kinks) != 30 {
		t.Fatalf("%d kinks (%v)", len(kinks), err)
	}
	type at struct{ x, jump float64 }
	var want []at
	for j, w := range n[0].W {
		want = append(want, at{-n[0].B[j] / w[0], math.Abs(w[0]) * n[1].W[0][j]})
	}
	slices.SortFunc(want, func(a, b at) int { return int(math.Copysign(1, a.x-b.x)) })
	for i, k := range kinks {
		if k.X != want[i].x || math.Abs(k.Right[0]-k.Left[0]-want[i].jump) > 1e-12 {
			t.Errorf("kink %d at %v jumps by %v; want %v", i, k.X, k.Right[0]-k.Left[0], want[i])
		}
	}
	// several layers: between the kinks, and only there, the function is its affine map
	n = network(rng.NormFloat64, 1, 9, 9, 9, 2)
	s, err := OnLine(ctx, n, -3, 3)
	if err != nil || len(s) < 15 {
		t.Fatalf("%d segments (%v)", len(s), err)
	}
	for i, g := range s {
		m := (g.Lo + g.Hi) / 2
		if g.Lo >= g.Hi || i > 0 && g.Lo != s[i-1].Hi {
			t.Errorf("segment %d: [%v, %v]", i, g.Lo, g.Hi)
		}
		for k, y := range n.Eval(m) {
			if math.Abs(g.Slope[k]*m+g.Offset[k]-y) > 1e-10*(1+math.Abs(y)) {
				t.Errorf("segment %d, output %d: %v·%v + %v, want %v", i, k, g.Slope[k], m, g.Offset[k], y)
			}
		}
	}
}

func TestSlice(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	n := network(rng.NormFloat64, 5, 6, 4, 2)
	o, u, v := []float64{1, 2, 3, 4, 5}, []float64{1, 0, -1, 0, 2}, []float64{0, 1, 0, 0.5, 0}
	s := Slice(n, o, u, v)
	x := make([]float64, 5)
	for i := range x {
		x[i] = o[i] + 0.3*u[i] - 0.7*v[i]
	}
	for k, y := range n.Eval(x...) {
		if z := s.Eval(0.3, -0.7)[k]; math.Abs(y-z) > 1e-12*(1+math.Abs(y)) {
			t.Errorf("output %d: %v on the slice, %v in the net", k, z, y)
		}
	}
	if n.Pattern(x...).Distance(s.Pattern(0.3, -0.7)) != 0 {
		t.Error("the patterns differ")
	}
	d := Dense(mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6}), []float64{7, 8})
	if fmt.Sprint(d) != "{[[1 2 3] [4 5 6]] [7 8]}" {
		t.Errorf("Dense: %v", d)
	}
}

func TestErrors(t *testing.T) {
	good := network(func() float64 { return 1 }, 2, 3, 1)
	bad := func(change func(n Net)) Net {
		n := network(func() float64 { return 1 }, 2, 3, 1)
		change(n)
		return n
	}
	for _, c := range []struct {
		n    Net
		box  Box
		says string
	}{
		{nil, Plane, "without layers"},
		{network(func() float64 { return 1 }, 3, 3, 1), Plane, "3 inputs"},
		{bad(func(n Net) { n[0].B = n[0].B[:2] }), Plane, "layer 0 has 3 rows of weights and 2 biases"},
		{bad(func(n Net) { n[1].W[0] = n[1].W[0][:2] }), Plane, "layer 1, unit 0 has 2 weights"},
		{bad(func(n Net) { n[0].W[2][1] = math.NaN() }), Plane, "layer 0, unit 2, weight 1 is NaN"},
		{bad(func(n Net) { n[0].B[1] = math.Inf(1) }), Plane, "layer 0, unit 1, bias is +Inf"},
		{good, Box{1, 1, 0, 1}, "no interior"},
		{good, Box{0, math.NaN(), 0, 1}, "no interior"},
	} {
		if _, err := Enumerate(ctx, c.n, c.box, Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v in %v: error %v, want one with %q", c.n, c.box, err, c.says)
		}
	}
	if _, err := OnLine(ctx, good, 0, 1); err == nil {
		t.Error("OnLine took a net of two inputs")
	}
	if _, err := OnLine(ctx, sixReLU, 1, 1); err == nil {
		t.Error("OnLine took an interval without interior")
	}
	rng := rand.New(rand.NewPCG(1, 1))
	n := network(rng.NormFloat64, 2, 60, 60, 1)
	r, err := Enumerate(ctx, n, Plane, Options{Limit: 100})
	if !errors.Is(err, ErrLimit) || r.N != 100 || len(r.List) != 100 {
		t.Errorf("limit 100: %v", err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Enumerate(done, n, Plane, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestFormulas(t *testing.T) {
	for _, c := range []struct {
		n, d int
		want float64
	}{{0, 2, 1}, {3, 2, 7}, {4, 2, 11}, {3, 3, 8}, {5, 1, 6}, {10, 0, 1}, {3, 7, 8}} {
		if got := MostRegions(c.n, c.d); got != c.want {
			t.Errorf("MostRegions(%d, %d) = %v, want %v", c.n, c.d, got, c.want)
		}
	}
	if got := MostRegionsDeep(2, 3, 4); got != 7*11 {
		t.Errorf("MostRegionsDeep(2, 3, 4) = %v", got)
	}
	if got := MostRegionsDeep(2, 1, 9); got != 2*10 { // one unit leaves one dimension
		t.Errorf("MostRegionsDeep(2, 1, 9) = %v", got)
	}
	if got := ExpectedRegions(96, 2); math.Abs(got-4608) > 1e-9 {
		t.Errorf("ExpectedRegions(96, 2) = %v", got)
	}
}

func TestDyadic(t *testing.T) {
	for _, v := range []float64{0, 1, -3, 0.1, 5e-324, -math.MaxFloat64, 1e-310, 6} {
		m, e := dyadic(v)
		if got := rational(big.NewInt(m), e); got.Cmp(rat(v)) != 0 || m != 0 && m%2 == 0 {
			t.Errorf("%v = %d·2^%d", v, m, e)
		}
	}
}
