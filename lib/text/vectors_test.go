package text

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/datasets"
)

func read(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, got mat.Matrix, want [][]float64, tol float64) {
	t.Helper()
	for i := range want {
		for j := range want[i] {
			if !(math.Abs(got.At(i, j)-want[i][j]) <= tol) {
				t.Fatalf("%s at (%d, %d) is %v, want %v", what, i, j, got.At(i, j), want[i][j])
			}
		}
	}
}

// TestAgainstNumpy compares counts, PMI, PPMI and SVD with numpy's on dense tables.
func TestAgainstNumpy(t *testing.T) {
	var g struct {
		IDs                     []int
		N, Window               int
		Alpha                   float64
		Flat, Nearer, PMI, PPMI [][]float64
		Sigma                   []float64
		Rank4                   [][]float64
	}
	read(t, "vectors.json", &g)
	flat := Cooccurrence(g.IDs, g.N, g.Window, false)
	near(t, "N", flat, g.Flat, 0)
	near(t, "N with weights", Cooccurrence(g.IDs, g.N, g.Window, true), g.Nearer, 1e-12)
	near(t, "PMI", PMI(flat), g.PMI, 1e-12)
	ppmi := PPMI(flat, g.Alpha)
	near(t, "PPMI", ppmi, g.PPMI, 1e-12)
	rng := rand.New(rand.NewPCG(1, 2))
	u, sigma, v := SVD(ppmi, 4, 4, rng)
	for i, s := range sigma {
		if math.Abs(s-g.Sigma[i]) > 1e-10 {
			t.Errorf("singular value %d is %v, want %v", i, s, g.Sigma[i])
		}
	}
	var us, low mat.Dense
	us.Mul(u, mat.NewDiagDense(4, sigma))
	low.Mul(&us, v.T())
	near(t, "U diag(σ) Vᵀ", &low, g.Rank4, 1e-9)
	for _, power := range []float64{0, 0.5, 1} {
		for i, row := range Vectors(ppmi, 4, power, rng) {
			for j := range row {
				if want := u.At(i, j) * math.Pow(sigma[j], power); math.Abs(row[j]-want) > 1e-9 {
					t.Fatalf("power %g: vector %d is %v, entry %d wants %v", power, i, row, j, want)
				}
			}
		}
	}
}

// TestSVDOfALargeTable needs the random subspace: the table has far more columns than k + 10. Its singular values fall slowly, as those of words do.
func TestSVDOfALargeTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	entries := map[[2]int]float64{}
	for range 3000 {
		entries[[2]int{rng.IntN(120), rng.IntN(90)}] = rng.NormFloat64()
	}
	for i := range 20 {
		entries[[2]int{i, i}] = 30 / float64(i+1)
	}
	m := NewSparse(120, 90, entries)
	var full mat.SVD
	full.Factorize(m, mat.SVDNone)
	want := full.Values(nil)
	u, sigma, v := SVD(m, 6, 8, rng)
	for i, s := range sigma {
		if math.Abs(s-want[i]) > 1e-3*want[i] {
			t.Errorf("singular value %d is %v, want %v", i, s, want[i])
		}
	}
	for _, x := range []*mat.Dense{u, v} {
		var g mat.Dense
		g.Mul(x.T(), x)
		for i := range 6 {
			for j := range 6 {
				want := 0.0
				if i == j {
					want = 1
				}
				if math.Abs(g.At(i, j)-want) > 1e-12 {
					t.Fatalf("the vectors' products are not those of an orthonormal set: %v at (%d, %d)", g.At(i, j), i, j)
				}
			}
		}
	}
}

// TestTejuino holds the lecture's table to its sentences, and its cosines to their closed forms.
func TestTejuino(t *testing.T) {
	words, contexts, table := Tejuino()
	var sentences []string
	for i, w := range words {
		for j, c := range contexts {
			if table[i][j] == 1 {
				sentences = append(sentences, strings.ReplaceAll(c, Blank, w))
			}
		}
	}
	for i, row := range Contexts(words, contexts, sentences) {
		if !slices.Equal(row, table[i]) {
			t.Errorf("%s: %v, want %v", words[i], row, table[i])
		}
	}
	for i, want := range []float64{1, math.NaN(), 1. / 2, 1 / math.Sqrt2, 1. / 2, math.Sqrt(3) / 2} {
		if c := CosineOf(table[0], table[i]); !(math.Abs(c-want) < 1e-15) && !(math.IsNaN(c) && math.IsNaN(want)) {
			t.Errorf("cos(tejuino, %s) = %v, want %v", words[i], c, want)
		}
	}
	if n := Nearest(table, table[0], 9, 0); len(n) != 4 || words[n[0].Word] != "wine" {
		t.Errorf("the nearest to tejuino are %v", n)
	}
}

func TestCosineAtTheEnds(t *testing.T) {
	for _, c := range []struct {
		u, v []float64
		want float64
	}{
		{[]float64{1e200, 1e200}, []float64{1e-200, 0}, 1 / math.Sqrt2},
		{[]float64{-3, -4}, []float64{6, 8}, -1},
		{OneHot(2, 5), OneHot(3, 5), 0},
	} {
		if got := CosineOf(c.u, c.v); !(math.Abs(got-c.want) < 1e-15) {
			t.Errorf("cos(%v, %v) = %v, want %v", c.u, c.v, got, c.want)
		}
	}
}

// TestPMIOfIndependence: where i and j occur together as often as chance has it, PMI is 0; and where one word has one context only, it is −log p.
func TestPMIOfIndependence(t *testing.T) {
	a, b := []float64{1, 2, 5}, []float64{3, 4}
	entries := map[[2]int]float64{}
	for i := range a {
		for j := range b {
			entries[[2]int{i, j}] = a[i] * b[j]
		}
	}
	m := PMI(NewSparse(3, 2, entries))
	for _, v := range m.Val {
		if math.Abs(v) > 1e-15 {
			t.Errorf("PMI of independent words is %v", v)
		}
	}
	m = PMI(NewSparse(2, 2, map[[2]int]float64{{0, 0}: 1, {1, 1}: 3}))
	if math.Abs(m.At(0, 0)-math.Log(4)) > 1e-15 || math.Abs(m.At(1, 1)-math.Log(4./3)) > 1e-15 || len(m.Val) != 2 {
		t.Errorf("PMI of words with one context each: %v", m.Val)
	}
}

func TestVocabulary(t *testing.T) {
	words := Words("The king's dog -- the DOG! -- saw 2 <unk> cats; 'cats' saw the ox.")
	if want := strings.Fields("the king's dog the dog saw 2 <unk> cats cats saw the ox"); !slices.Equal(words, want) {
		t.Fatalf("words %q, want %q", words, want)
	}
	v := NewVocabulary(words, 2, 3)
	if !slices.Equal(v.Words, []string{Unknown, "the", "cats", "dog"}) || !slices.Equal(v.Count, []int{6, 3, 2, 2}) {
		t.Errorf("vocabulary %v of counts %v", v.Words, v.Count)
	}
	if got := v.Decode(v.Encode([]string{"dog", "emu", "the"})); !slices.Equal(got, []string{"dog", Unknown, "the"}) {
		t.Errorf("there and back: %v", got)
	}
	c := NewVocabulary(Characters("añba"), 1, 0)
	if !slices.Equal(c.Words, []string{"a", "b", "ñ"}) || c.Len() != 3 {
		t.Errorf("characters %v", c.Words)
	}
}

// TestSentences: vectors of a text whose meaning is known answer its questions.
func TestSentences(t *testing.T) {
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 9))
		words := Words(Sentences(6000, rng))
		v := NewVocabulary(words, 1, 0)
		vectors := Vectors(PPMI(Cooccurrence(v.Encode(words), v.Len(), 4, false), 0.75), 20, 0.5, rng)
		a := Analogies(v, vectors, SentenceQuestions())["all"]
		if a.Asked != 60 || a.Share() < 0.8 {
			t.Errorf("seed %d: %d of %d analogies", seed, a.Right, a.Asked)
		}
		rho, n, err := Similarity(v, vectors, []datasets.WordPair{{A: "wine", B: "Tejuino", Score: 9}, {A: "wine", B: "bread", Score: 4}, {A: "wine", B: "king", Score: 1}, {A: "wine", B: "zebra", Score: 0}})
		if err != nil || n != 3 || rho < 0.99 {
			t.Errorf("seed %d: ρ = %v of %d pairs, %v", seed, rho, n, err)
		}
	}
	if _, _, err := Similarity(&Vocabulary{}, nil, nil); err == nil {
		t.Error("no error for no pairs")
	}
}

func ExampleNearest() {
	words, _, table := Tejuino()
	for _, n := range Nearest(table, table[0], 3, 0) {
		fmt.Printf("%s %.3f\n", words[n.Word], n.Cosine)
	}
	// Output:
	// wine 0.866
	// tortillas 0.707
	// motor-oil 0.500
}

func BenchmarkCooccurrence(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := Words(Sentences(2000, rng))
	v := NewVocabulary(words, 1, 0)
	ids := v.Encode(words)
	for b.Loop() {
		Cooccurrence(ids, v.Len(), 4, false)
	}
}
