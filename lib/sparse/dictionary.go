package sparse

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Learned is a dictionary and how it came about.
type Learned struct {
	W      *mat.Dense // [n, m], columns of length 1
	Energy []float64  // mean of E over the vectors coded, at each round or batch, before W changes
	Fresh  int        // atoms that nobody used, put in anew
}

// Alternating learns a dictionary of unit atoms from all vectors at once:
//
//	min over W, Z of Σᵢ ½‖xᵢ − Wzᵢ‖² + α‖zᵢ‖₁,    ‖w_j‖ = 1.
//
// In turn Z for fixed W, by coordinate descent from the codes before, and W for fixed Z, atom by atom. Both steps solve their
// part exactly, so the energy never rises. Without the bound on w_j it would fall without end: W large, Z small.
//
// The method of optimal directions (Engan, Aase & Husøy 1999) takes W = XᵀZ(ZᵀZ)⁻¹ and normalises it afterwards, which may raise
// the energy; K-SVD (Aharon, Elad & Bruckstein 2006) goes atom by atom as here, but changes the codes of that atom too.
type Alternating struct {
	Atoms  int     // m ≥ 1
	Alpha  float64 // α > 0
	Rounds int     // ≥ 1
	Gap    float64 // of CoordinateDescent; 0 means 1e-6
	Start  *mat.Dense
}

// Fit learns from the rows of x, [P, n], starting from d.Start, [n, m], normalised, or, if that is nil, from rows of x drawn by rng.
// Start is not changed. It errs if an entry is not finite, if all of x is 0, or if ctx ends.
func (d Alternating) Fit(ctx context.Context, x *mat.Dense, rng *rand.Rand) (*Learned, error) {
	if d.Rounds < 1 || !(d.Gap >= 0) {
		panic(fmt.Sprintf("sparse: Alternating: want Rounds ≥ 1, Gap ≥ 0, have %d, %v", d.Rounds, d.Gap))
	}
	w, err := startAtoms("Alternating", x, d.Start, d.Atoms, d.Alpha, rng)
	if err != nil {
		return nil, err
	}
	rows, n := x.Dims()
	l := &Learned{W: w}
	var z *mat.Dense
	a, b := mat.NewDense(d.Atoms, d.Atoms, nil), mat.NewDense(n, d.Atoms, nil)
	for range d.Rounds {
		p := Problem{W: w, Alpha: d.Alpha}
		if z, err = (CoordinateDescent{Gap: gapOr(d.Gap), Start: z}).Solve(ctx, p, x); err != nil {
			return l, err
		}
		l.Energy = append(l.Energy, floats.Sum(p.Energy(x, z))/float64(rows))
		a.Mul(z.T(), z) // A = Σᵢzᵢzᵢᵀ
		b.Mul(x.T(), z) // B = Σᵢxᵢzᵢᵀ
		l.Fresh += updateAtoms(w, a, b, x, rng)
	}
	return l, nil
}

// Online learns the same from batches (Mairal, Bach, Ponce & Sapiro 2009, Algorithm 1), in memory that does not grow with the
// number of vectors. It keeps the past in two sums,
//
//	A_t = β A_{t−1} + Σ zzᵀ,    B_t = β B_{t−1} + Σ xzᵀ,    β = (1 − 1/t)^ρ,
//
// and makes W minimise Σ ½‖x − Wz‖² over all z so far: Algorithm 2, one pass over the atoms. β forgets the codes of early, bad dictionaries
// (their §3.4.1): past batches weigh (i/t)^ρ. Atoms are kept at length 1, where the paper says at most 1: the energy then wants them there anyway.
type Online struct {
	Atoms   int     // m ≥ 1
	Alpha   float64 // α > 0
	Batch   int     // vectors a step; 0 means 256
	Batches int     // steps, ≥ 1; vectors are dealt anew when all have been used
	Forget  float64 // ρ ≥ 0; 0 means 10
	Gap     float64 // of CoordinateDescent; 0 means 1e-6
	Start   *mat.Dense
	// Progress is called after each batch; nil: silent.
	Progress func(done, total int, energy float64)
}

// Fit is as Alternating.Fit.
func (d Online) Fit(ctx context.Context, x *mat.Dense, rng *rand.Rand) (*Learned, error) {
	if d.Batches < 1 || d.Batch < 0 || !(d.Gap >= 0) || !(d.Forget >= 0) {
		panic(fmt.Sprintf("sparse: Online: want Batches ≥ 1, Batch, Gap, Forget ≥ 0, have %d, %d, %v, %v", d.Batches, d.Batch, d.Gap, d.Forget))
	}
	w, err := startAtoms("Online", x, d.Start, d.Atoms, d.Alpha, rng)
	if err != nil {
		return nil, err
	}
	rows, n := x.Dims()
	if d.Forget == 0 {
		d.Forget = 10
	}
	size := d.Batch
	if size == 0 {
		size = 256
	}
	size = min(size, rows)
	l := &Learned{W: w}
	a, b := mat.NewDense(d.Atoms, d.Atoms, nil), mat.NewDense(n, d.Atoms, nil)
	part := mat.NewDense(size, n, nil)
	var order []int
	var zz, xz mat.Dense
	for t := 1; t <= d.Batches; t++ {
		for i := range size {
			if len(order) == 0 {
				order = rng.Perm(rows)
			}
			part.SetRow(i, x.RawRowView(order[0]))
			order = order[1:]
		}
		p := Problem{W: w, Alpha: d.Alpha}
		z, err := (CoordinateDescent{Gap: gapOr(d.Gap)}).Solve(ctx, p, part)
		if err != nil {
			return l, err
		}
		energy := floats.Sum(p.Energy(part, z)) / float64(size)
		l.Energy = append(l.Energy, energy)
		// A ← βA + Σzzᵀ, B ← βB + Σxzᵀ
		beta := math.Pow(1-1/float64(t), d.Forget)
		zz.Mul(z.T(), z)
		xz.Mul(part.T(), z)
		a.Scale(beta, a)
		a.Add(a, &zz)
		b.Scale(beta, b)
		b.Add(b, &xz)
		l.Fresh += updateAtoms(w, a, b, part, rng)
		if d.Progress != nil {
			d.Progress(t, d.Batches, energy)
		}
	}
	return l, nil
}

func gapOr(gap float64) float64 {
	if gap == 0 {
		return 1e-6
	}
	return gap
}

// updateAtoms minimises ½tr(WᵀWA) − tr(WᵀB) over one unit atom after the other. The part that depends on w_j is
//
//	½A_jj‖w_j‖² − w_jᵀu,    u = b_j − Σ_{i≠j} A_ij w_i,
//
// and on the sphere its first term is constant: w_j = u/‖u‖. Atoms with A_jj = 0, which no code uses, become random rows of x.
func updateAtoms(w, a, b, x *mat.Dense, rng *rand.Rand) (fresh int) {
	n, m := w.Dims()
	u := make([]float64, n)
	atoms := mat.DenseCopyOf(w.T()) // an atom a row: [m, n]
	for j := range m {
		if a.At(j, j) == 0 {
			copy(atoms.RawRowView(j), randomAtom(x, rng))
			fresh++
			continue
		}
		mat.Col(u, j, b)
		for i, v := range a.RawRowView(j) {
			if i != j && v != 0 {
				floats.AddScaled(u, -v, atoms.RawRowView(i))
			}
		}
		if norm := floats.Norm(u, 2); norm > 0 {
			floats.ScaleTo(atoms.RawRowView(j), 1/norm, u)
		}
	}
	w.Copy(atoms.T())
	return fresh
}

// randomAtom is a row of x that is not 0 (startAtoms has made sure that there is one), scaled to length 1.
func randomAtom(x *mat.Dense, rng *rand.Rand) []float64 {
	rows, n := x.Dims()
	for {
		row := x.RawRowView(rng.IntN(rows))
		if norm := floats.Norm(row, 2); norm > 0 {
			return floats.ScaleTo(make([]float64, n), 1/norm, row)
		}
	}
}

func startAtoms(op string, x, start *mat.Dense, atoms int, alpha float64, rng *rand.Rand) (*mat.Dense, error) {
	if atoms < 1 || !(alpha > 0) || math.IsInf(alpha, 0) || x == nil || x.IsEmpty() || rng == nil {
		panic(fmt.Sprintf("sparse: %s: want Atoms ≥ 1, a finite α > 0, vectors and a random source, have %d, %v", op, atoms, alpha))
	}
	if err := finite("x", x); err != nil {
		return nil, err
	}
	if mat.Max(x) == 0 && mat.Min(x) == 0 {
		return nil, fmt.Errorf("sparse: %s: all of x is 0: there is nothing to learn", op)
	}
	_, n := x.Dims()
	w := mat.NewDense(n, atoms, nil)
	for j := range atoms {
		if start == nil {
			w.SetCol(j, randomAtom(x, rng))
			continue
		}
		if sn, sm := start.Dims(); sn != n || sm != atoms {
			panic(fmt.Sprintf("sparse: %s: Start is [%d, %d], want [%d, %d]", op, sn, sm, n, atoms))
		}
		column := mat.Col(nil, j, start)
		norm := floats.Norm(column, 2)
		if !(norm > 0) || math.IsInf(norm, 0) {
			return nil, fmt.Errorf("sparse: %s: column %d of Start has length %v", op, j, norm)
		}
		floats.Scale(1/norm, column)
		w.SetCol(j, column)
	}
	return w, nil
}
