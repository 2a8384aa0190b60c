package matmul

import (
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"nncourse/lib/backend"
)

const n = 1024

func matrices() (x, y []float32) {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y = make([]float32, n*n), make([]float32, n*n)
	for i := range x {
		x[i], y[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
	}
	return x, y
}

// entry is (XY)[i,j] in float64, to see that the product was made.
func entry(x, y []float32, i, j int) float64 {
	s := 0.0
	for k := range n {
		s += float64(x[i*n+k]) * float64(y[k*n+j])
	}
	return s
}

func check(b *testing.B, x, y, z []float32) {
	b.Helper()
	for _, p := range [][2]int{{0, 0}, {3, 1021}, {1023, 511}} {
		if d := float64(z[p[0]*n+p[1]]) - entry(x, y, p[0], p[1]); !(d < 1e-2 && d > -1e-2) {
			b.Fatalf("entry %v is off by %g", p, d)
		}
	}
}

func gomlx(b *testing.B, be compute.Backend) {
	x, y := matrices()
	tx, ty := tensors.FromFlatDataAndDimensions(x, n, n), tensors.FromFlatDataAndDimensions(y, n, n)
	exec := graph.MustNewExec(be, func(x, y *graph.Node) *graph.Node { return graph.Dot(x, y).Product() })
	defer exec.Finalize()
	z := exec.MustCall(tx, ty)[0]
	check(b, x, y, tensors.MustCopyFlatData[float32](z))
	z.FinalizeAll()
	for b.Loop() {
		exec.MustCall(tx, ty)[0].FinalizeAll()
	}
}

func BenchmarkMatMul(b *testing.B) {
	b.Run("xla", func(b *testing.B) {
		be, err := backend.New(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if be.Name() != "xla" {
			b.Skipf("the backend here is %s", be.Name())
		}
		gomlx(b, be)
	})
	b.Run("go", func(b *testing.B) {
		be, err := gobackend.New("")
		if err != nil {
			b.Fatal(err)
		}
		gomlx(b, be)
	})
	b.Run("gonum", func(b *testing.B) {
		x, y := matrices()
		m := func(v []float32) blas32.General { return blas32.General{Rows: n, Cols: n, Stride: n, Data: v} }
		z := make([]float32, n*n)
		for b.Loop() {
			blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, m(x), m(y), 0, m(z))
		}
		check(b, x, y, z)
	})
}
