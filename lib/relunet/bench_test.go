package relunet

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkRegions counts 10², 10³ and 10⁴ regions of the plane: of one hidden layer of n units, 1 + n + C(n, 2), of three
// layers, and of a grid in which three lines meet wherever two do, but for the rounding of tenths.
func BenchmarkRegions(b *testing.B) {
	run := func(name string, n Net, box Box) {
		b.Run(name, func(b *testing.B) {
			var r *Regions
			for b.Loop() {
				var err error
				if r, err = Enumerate(ctx, n, box, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(r.N), "regions")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(r.N), "ns/region")
			b.ReportMetric(100*float64(r.Stats.Exact)/float64(r.Stats.Predicates), "%exact")
		})
	}
	rng := rand.New(rand.NewPCG(1, 10))
	for _, c := range []struct {
		name   string
		widths []int
	}{
		{"one-layer-10²", []int{2, 14, 1}}, {"one-layer-10³", []int{2, 45, 1}}, {"one-layer-10⁴", []int{2, 141, 1}},
		{"three-layers-10²", []int{2, 5, 5, 5, 1}}, {"three-layers-10³", []int{2, 16, 16, 16, 1}}, {"three-layers-10⁴", []int{2, 52, 52, 52, 1}},
	} {
		run(c.name, network(rng.NormFloat64, c.widths...), Plane)
	}
	var grid [][3]float64
	for i := range 33 { // lines x = i/10, y = i/10, x + y = i/10: all corners on lines, up to rounding of the tenths
		d := float64(i) / 10
		grid = append(grid, [3]float64{1, 0, -d}, [3]float64{0, 1, -d}, [3]float64{1, 1, -d})
	}
	run("degenerate-99-lines", lines(grid...), Square(8))
}

// BenchmarkFrame is what an animation does in each of its frames.
func BenchmarkFrame(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 11))
	n := network(rng.NormFloat64, 2, 8, 8, 1)
	for b.Loop() {
		if _, err := Enumerate(ctx, n, Square(6), Options{Limit: 5000}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPieces merges 10⁴ regions.
func BenchmarkPieces(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 12))
	r, err := Enumerate(ctx, network(rng.NormFloat64, 2, 141, 1), Plane, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, n := r.Pieces(); n != r.N {
			b.Fatalf("%d pieces of %d regions", n, r.N)
		}
	}
}
