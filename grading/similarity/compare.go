package similarity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Document is a submission with its fingerprints.
type Document struct {
	ID      string
	Files   []File
	Err     error // what the parser could not read; the rest is compared
	k       int
	rows    []row
	grams   []gram         // in the order of the source
	by      map[uint64]int // fingerprint → how often
	numbers int            // of tokens
}

// Fingerprints gives the number of distinct fingerprints. It is 0 for a submission that has nothing besides base code.
func (d *Document) Fingerprints() int { return len(d.by) }

// Tokens gives the number of tokens.
func (d *Document) Tokens() int { return d.numbers }

// Corpus compares the submissions to one exercise.
type Corpus struct {
	o    Options
	base map[uint64]bool
	docs []*Document
}

// New makes a corpus. Each of base is given to everybody: the stub, the code of the statement.
func New(o Options, base ...File) *Corpus {
	c := &Corpus{o: o.withDefaults(), base: map[uint64]bool{}}
	for _, f := range base {
		rows, _ := tokenize(0, f)
		for _, r := range rows {
			for _, h := range kgrams(r, c.o.K) {
				c.base[h] = true
			}
		}
	}
	return c
}

// Add adds a submission under an ID of its own, a student's name. It never fails: what does not parse is in Err.
func (c *Corpus) Add(id string, files ...File) *Document {
	d := &Document{ID: id, Files: files, k: c.o.K, by: map[uint64]int{}}
	for i, f := range files {
		rows, err := tokenize(i, f)
		if err != nil && d.Err == nil {
			d.Err = fmt.Errorf("%s: %w", f.Name, err)
		}
		d.rows = append(d.rows, rows...)
	}
	for n, r := range d.rows {
		d.numbers += len(r)
		winnow(kgrams(r, c.o.K), c.o.Window, func(h uint64) bool { return c.base[h] }, func(pos int, h uint64) {
			d.grams = append(d.grams, gram{h, n, pos})
			d.by[h]++
		})
	}
	c.docs = append(c.docs, d)
	return d
}

// Pair is two submissions that were compared.
type Pair struct {
	A, B *Document
	// Score is the share of fingerprints of the smaller one that the other has too: |A ∩ B| / min(|A|, |B|), in [0, 1].
	// It is symmetric, and 1 for a submission and itself. The smaller one is the measure because who copies a part and
	// writes no more is to be noticed as well. Two submissions without fingerprints score 0.
	Score          float64
	ShareA, ShareB float64 // |A ∩ B| / |A| and / |B|: how much of each is in the other
	Shared         int     // |A ∩ B|, distinct fingerprints
}

// Compare compares two submissions of one corpus.
func Compare(a, b *Document) Pair {
	small, large := a, b
	if len(small.by) > len(large.by) {
		small, large = large, small
	}
	n := 0
	for h := range small.by {
		if large.by[h] > 0 {
			n++
		}
	}
	return newPair(a, b, n)
}

func newPair(a, b *Document, shared int) Pair {
	p := Pair{A: a, B: b, Shared: shared}
	if shared > 0 {
		p.ShareA, p.ShareB = float64(shared)/float64(len(a.by)), float64(shared)/float64(len(b.by))
		p.Score = max(p.ShareA, p.ShareB)
	}
	return p
}

// Pairs gives all pairs of at least the threshold's score, the most similar first; among equal ones, those with more in
// common, then by ID. It takes O(Σ d²) steps, d the number of submissions that have a fingerprint.
func (c *Corpus) Pairs() []Pair {
	index := map[uint64][]int{}
	for i, d := range c.docs {
		for h := range d.by {
			index[h] = append(index[h], i)
		}
	}
	shared := make([]int, len(c.docs)*len(c.docs))
	for _, list := range index {
		for x, i := range list { // increasing, for documents come in order
			for _, j := range list[x+1:] {
				shared[i*len(c.docs)+j]++
			}
		}
	}
	var pairs []Pair
	for i, a := range c.docs {
		for j := i + 1; j < len(c.docs); j++ {
			b := c.docs[j]
			p := newPair(a, b, shared[i*len(c.docs)+j])
			if p.A.ID > p.B.ID {
				p = newPair(b, a, p.Shared)
			}
			if p.Shared >= c.o.MinShared && p.Score >= c.o.Threshold {
				pairs = append(pairs, p)
			}
		}
	}
	slices.SortFunc(pairs, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.Score, p.Score), cmp.Compare(q.Shared, p.Shared), strings.Compare(p.A.ID, q.A.ID), strings.Compare(p.B.ID, q.B.ID))
	})
	return pairs
}

// Range is a place in a submission.
type Range struct {
	File        int // index into Document.Files
	First, Last int // lines, from 1
}

// often is the number of times from which on a fingerprint counts as often in a submission.
const often = 8

// Match is a run of equal tokens.
type Match struct {
	A, B   Range
	Tokens int
}

// Matches grows the shared fingerprints to the longest equal runs of tokens. No token is in two matches. They come in the
// order of A's source. The work is bounded: of sources that are made to be hard, not all is found.
func (p Pair) Matches() []Match {
	type place struct{ row, pos int }
	inB := map[uint64][]place{}
	for _, g := range p.B.grams {
		if p.A.by[g.hash] > 0 {
			inB[g.hash] = append(inB[g.hash], place{g.row, g.pos})
		}
	}
	// run is a candidate: n equal tokens from a and b on.
	type run struct {
		a, b place
		n    int
	}
	var runs []run
	// A run that goes on along the same diagonal was found with its first fingerprint.
	type diagonal struct{ rowA, rowB, shift int }
	until := map[diagonal]int{} // position in A where the last run on it ends
	nth := map[uint64]int{}     // how often a fingerprint was met in A
	k, budget := p.A.k, 20_000_000
	for _, g := range p.A.grams {
		places := inB[g.hash]
		// What is often in both is told apart by nothing: the first is taken to be the first, the second the second.
		if n := nth[g.hash]; p.A.by[g.hash] > often || len(places) > often {
			places = places[min(n, len(places)):min(n+1, len(places))]
		}
		nth[g.hash]++
		for _, q := range places {
			d := diagonal{g.row, q.row, g.pos - q.pos}
			if g.pos < until[d] || budget < 0 {
				continue
			}
			a, b := p.A.rows[g.row], p.B.rows[q.row]
			i, j := g.pos, q.pos
			for i > 0 && j > 0 && a[i-1].kind == b[j-1].kind {
				i, j = i-1, j-1
			}
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n].kind == b[j+n].kind {
				n++
			}
			until[d] = i + n
			budget -= n + g.pos - i
			if n >= k { // else two hashes met by chance
				runs = append(runs, run{place{g.row, i}, place{q.row, j}, n})
			}
		}
	}
	// The longest first; each takes what is still free of it (greedy tiling, Wise 1993).
	slices.SortStableFunc(runs, func(x, y run) int { return cmp.Compare(y.n, x.n) })
	takenA, takenB := make([][]bool, len(p.A.rows)), make([][]bool, len(p.B.rows))
	for i, r := range p.A.rows {
		takenA[i] = make([]bool, len(r))
	}
	for i, r := range p.B.rows {
		takenB[i] = make([]bool, len(r))
	}
	var matches []Match
	for _, r := range runs {
		for i := 0; i < r.n; {
			n := 0
			for i+n < r.n && !takenA[r.a.row][r.a.pos+i+n] && !takenB[r.b.row][r.b.pos+i+n] {
				n++
			}
			if n >= k {
				for x := i; x < i+n; x++ {
					takenA[r.a.row][r.a.pos+x], takenB[r.b.row][r.b.pos+x] = true, true
				}
				matches = append(matches, Match{
					A:      lines(p.A.rows[r.a.row][r.a.pos+i : r.a.pos+i+n]),
					B:      lines(p.B.rows[r.b.row][r.b.pos+i : r.b.pos+i+n]),
					Tokens: n,
				})
			}
			i += max(n, 1)
		}
	}
	slices.SortStableFunc(matches, func(x, y Match) int {
		return cmp.Or(cmp.Compare(x.A.File, y.A.File), cmp.Compare(x.A.First, y.A.First), cmp.Compare(x.A.Last, y.A.Last), cmp.Compare(x.B.First, y.B.First))
	})
	return matches
}

func lines(r row) Range {
	x := Range{int(r[0].file), int(r[0].line), int(r[0].line)}
	for _, t := range r {
		x.First, x.Last = min(x.First, int(t.line)), max(x.Last, int(t.line))
	}
	return x
}
