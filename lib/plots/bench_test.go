package plots

import (
	"math"
	"testing"
)

func BenchmarkCurves(b *testing.B) {
	y := make([]float64, 400)
	for k := range y {
		y[k] = math.Exp(-float64(k) / 60)
	}
	b.ReportAllocs()
	for b.Loop() {
		f, err := Curves("A curve that falls exponentially.", Axes{Title: "Loss", X: "step", Y: "loss"}, Series{Name: "a", Y: y})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(f.SVG)), "svg-bytes")
		b.ReportMetric(float64(len(f.PNG)), "png-bytes")
	}
}

func BenchmarkImages(b *testing.B) {
	tiles := make([]Tile, 20)
	for i := range tiles {
		tiles[i] = Tile{Pix: make([]float32, 784), H: 28, W: 28, C: 1, Caption: "a digit"}
		for k := range tiles[i].Pix {
			tiles[i].Pix[k] = float32((k*7+i*13)%256) / 255
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		f, err := Images("Twenty pictures of noise in a grid.", 10, tiles...)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(f.SVG)), "svg-bytes")
		b.ReportMetric(float64(len(f.PNG)), "png-bytes")
	}
}
