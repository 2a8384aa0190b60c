package text

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// SVD gives the k largest singular values of a table M and their vectors, M ≈ U diag(σ) Vᵀ, by a random subspace that powers of M turn to the
// leading one (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1):
//
//  1. Q ← an orthonormal basis of MG, with G [Cols, k + 10] of random normal numbers;
//  2. rounds times: Q ← a basis of M (a basis of MᵀQ);
//  3. QᵀM = Ũ diag(σ) Vᵀ, which is small; U = QŨ.
//
// U is [Rows, k], σ falls, V is [Cols, k]; the signs of a pair of columns of U and V are not determined, and here such that U's largest entry is positive.
// The error of the k-th value shrinks by (σ_{k+10}/σ_k)² a round: 4 rounds do for word vectors. Cost: (2·rounds + 2) products of M with k + 10 vectors.
// It panics unless 1 ≤ k ≤ min(Rows, Cols) and rounds ≥ 0.
func SVD(m *Sparse, k, rounds int, rng *rand.Rand) (u *mat.Dense, sigma []float64, v *mat.Dense) {
	least := min(m.Rows, m.Cols)
	if k < 1 || k > least || rounds < 0 {
		panic(fmt.Sprintf("text: SVD: %d vectors of a table of %d×%d, %d rounds", k, m.Rows, m.Cols, rounds))
	}
	wide := min(k+10, least)
	g := mat.NewDense(m.Cols, wide, nil)
	for i := range m.Cols {
		row := g.RawRowView(i)
		for j := range row {
			row[j] = rng.NormFloat64()
		}
	}
	q := basis(m.Times(g))
	for range rounds {
		q = basis(m.Times(basis(m.TransposeTimes(q))))
	}
	var small mat.SVD
	if !small.Factorize(m.TransposeTimes(q), mat.SVDThin) { // MᵀQ = (QᵀM)ᵀ = V diag(σ) Ũᵀ
		panic("text: SVD: the table holds a value that is not finite")
	}
	var left, right, full mat.Dense
	small.VTo(&left)
	small.UTo(&right)
	full.Mul(q, &left)
	sigma = small.Values(nil)[:k]
	u, v = mat.DenseCopyOf(full.Slice(0, m.Rows, 0, k)), mat.DenseCopyOf(right.Slice(0, m.Cols, 0, k))
	for j := range k {
		most := 0.0
		for i := range m.Rows {
			if x := u.At(i, j); math.Abs(x) > math.Abs(most) {
				most = x
			}
		}
		if most < 0 {
			for i := range m.Rows {
				u.Set(i, j, -u.At(i, j))
			}
			for i := range m.Cols {
				v.Set(i, j, -v.At(i, j))
			}
		}
	}
	return u, sigma, v
}

// basis gives orthonormal columns that span those of x, [n, k] with n ≥ k: the first k columns of Q in x = QR. (mat.QR would give all n of them.)
func basis(x *mat.Dense) *mat.Dense {
	n, k := x.Dims()
	q := mat.DenseCopyOf(x)
	tau, work := make([]float64, k), make([]float64, 32*n)
	lapack64.Geqrf(q.RawMatrix(), tau, work, len(work))
	lapack64.Orgqr(q.RawMatrix(), tau, work, len(work))
	return q
}

// Vectors are the words' vectors by the leading singular vectors, U diag(σ)^power: row i is word i's. power 1 keeps the distances of the table's rows as
// well as k numbers can; 0.5 and 0 let small directions count more, and often do better (Levy, Goldberg and Dagan 2015, section 3.3).
func Vectors(m *Sparse, k int, power float64, rng *rand.Rand) [][]float64 {
	u, sigma, _ := SVD(m, k, 4, rng)
	out := make([][]float64, m.Rows)
	for i := range out {
		out[i] = mat.Row(nil, i, u)
		for j := range out[i] {
			out[i][j] *= math.Pow(sigma[j], power)
		}
	}
	return out
}
